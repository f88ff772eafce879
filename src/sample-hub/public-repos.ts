import type { HubRepo } from '../hub-server/hub-store.ts'
import { DETAIL_FIELDS, EXPANDABLE } from '../hub-server/repo-fields.ts'
import type { LivingShelf } from './shelves/living-shelf.ts'

/** What a caller without a token can see of a shelf, read as the iterable advances: a change meanwhile may be visible. */
export function* publicRepos(shelf: LivingShelf, given?: readonly string[]): Generator<HubRepo> {
  const names = new Set(given ?? [...DETAIL_FIELDS[shelf.kind], ...EXPANDABLE[shelf.kind]])
  const fields = { names, blobs: false }
  for (const index of shelf.indexes()) {
    if (!shelf.isListed(index)) continue
    const repo = shelf.repoAt(index, fields)
    const seen: Record<string, unknown> & { _id: string; id: string } = { _id: repo._id, id: repo.id }
    for (const name of names) if (repo[name] !== undefined) seen[name] = repo[name]
    yield seen
  }
}
