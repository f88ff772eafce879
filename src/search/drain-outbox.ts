import type { Kysely } from 'kysely'
import { announce, counterRows, forgetEntries, readOutbox, rowVersions, searchRows } from '../catalog/outbox.ts'
import type { Database } from '../catalog/schema.ts'
import { readSearchTarget } from '../catalog/search-target.ts'
import { countersOf, documentOf } from './documents.ts'
import { followedTarget } from './followed-target.ts'
import { keepRefused } from './refused-documents.ts'
import type { SearchEngine } from './search-engine.ts'

/**
 * Brings the search engine up to date with one batch of the catalogue's outbox.
 *
 * Documents are made from the rows as they are now, not as they were when the entry was written, and entries go after
 * they were applied: killed at any point, the batch is only applied again.
 *
 * Two may do this at once. What one has read can then be applied after what the other has read later. Whoever finds, after
 * applying, that a row is no longer what it has read announces that repo once more; so the last to apply a repo either
 * applied its last state or left an entry behind.
 *
 * When the index is built anew meanwhile and another takes its place, what was applied may have reached the former only. The
 * entries then stay, for the new one.
 *
 * @returns how many entries there were; 0 means that the outbox is empty
 * @throws SearchUnavailable when the engine's index is not the one that follows this catalogue
 */
export async function drainOutbox(db: Kysely<Database>, engine: SearchEngine, batchSize: number): Promise<number> {
  // Before the entries are read, see forgetEntries.
  const target = await readSearchTarget(db)
  const entries = await readOutbox(db, batchSize)
  if (entries.length === 0) return 0
  const { generation } = await followedTarget(db, engine, target)

  const hubIds = [...new Set(entries.map((entry) => entry.hub_id))]
  const changed = new Set(entries.filter((entry) => !entry.counters_only).map((entry) => entry.hub_id))
  const moved = hubIds.filter((hubId) => !changed.has(hubId))
  const before = await rowVersions(db, hubIds)
  const upserts = (await searchRows(db, [...changed])).map(documentOf)
  const counters = (await counterRows(db, moved)).map(countersOf)
  const live = new Set(upserts.map((document) => document.hubId))
  const refused = await engine.apply({
    upserts,
    counters,
    removals: [...changed].filter((hubId) => !live.has(hubId)),
  })
  await keepRefused(db, [...changed], refused)

  const after = await rowVersions(db, hubIds)
  await announce(
    db,
    hubIds.filter((hubId) => before.get(hubId) !== after.get(hubId)),
  )
  await forgetEntries(db, entries, generation)
  return entries.length
}
