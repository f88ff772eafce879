import { CATALOG_KINDS, pluralOf } from '../../../hub/kinds.ts'
import type { RepoName } from '../../navigation/paths.ts'

/** Reads `model:owner/name`. */
export function repoNameOf(name: string): RepoName | undefined {
  const [kind = '', ...id] = name.split(':')
  const known = CATALOG_KINDS.find((candidate) => candidate === kind)
  return known === undefined || id.join(':') === '' ? undefined : { kind: known, id: id.join(':') }
}

export function isComparedName(name: string): boolean {
  return repoNameOf(name) !== undefined
}

/** `models/owner/name`, as the API takes it. */
export function comparedId(name: string): string {
  const repo = repoNameOf(name)
  return repo === undefined ? name : `${pluralOf[repo.kind]}/${repo.id}`
}
