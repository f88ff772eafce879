import type { HubRepo } from '../hub-server/hub-store.ts'
import { DETAIL_FIELDS, EXPANDABLE } from '../hub-server/repo-fields.ts'
import type { LivingShelf } from './living-shelf.ts'

/** What a caller without a token may see of a shelf now, read repo by repo as the iterable advances. */
export function* publicRepos(shelf: LivingShelf): Generator<HubRepo> {
  const names = new Set([...DETAIL_FIELDS[shelf.kind], ...EXPANDABLE[shelf.kind]])
  const fields = { names, blobs: false }
  for (const index of shelf.indexes()) {
    if (!shelf.isListed(index, false)) continue
    const repo = shelf.repoAt(index, fields)
    const known = Object.entries(repo).filter(([name, value]) => names.has(name) && value !== undefined)
    yield { ...Object.fromEntries(known), _id: repo._id, id: repo.id }
  }
}
