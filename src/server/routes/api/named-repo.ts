import { findRepos, type KnownRepo } from '../../../catalog/repos/reads.ts'
import { CATALOG_KINDS, type CatalogKind, catalogKindOf, pluralOf } from '../../../hub/kinds.ts'
import { HttpProblem } from '../../http/problem.ts'
import type { ApiOptions } from './api-options.ts'

export interface FoundRepo {
  repo: KnownRepo
  /** Other repos that have or had this name. */
  others: KnownRepo[]
}

/** A kind in the singular or plural. @throws HttpProblem */
export function kindNamed(name: string): CatalogKind {
  const kind = catalogKindOf(name)
  if (kind !== undefined) return kind
  throw new HttpProblem(400, 'invalid-request', `Unknown kind "${name}". Expected ${CATALOG_KINDS.join(', ')}.`)
}

/** The repo under a hub id, a current name in any letter case, or a former name. @throws HttpProblem */
export async function namedRepo({ catalog }: Pick<ApiOptions, 'catalog'>, id: string, kind?: CatalogKind): Promise<FoundRepo> {
  const [repo, ...others] = await findRepos(catalog.db, id, kind)
  if (repo !== undefined) return { repo, others }
  throw new HttpProblem(
    404,
    'repo-unknown',
    `The catalog has no ${kind ?? 'repo'} named ${id.slice(0, 200)}. A search finds repos by parts of their names.`,
  )
}

/** The page of a repo on the Hub. Only addresses of models lack the kind. */
export function hubUrlOf(endpoint: string, { kind, id }: Pick<KnownRepo, 'kind' | 'id'>): string {
  const path = id.split('/').map(encodeURIComponent).join('/')
  return `${endpoint}/${kind === 'model' ? '' : `${pluralOf[kind]}/`}${path}`
}
