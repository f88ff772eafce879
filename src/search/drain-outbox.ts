import type { Kysely } from 'kysely'
import {
  announce,
  counterRows,
  forgetEntries,
  type OutboxEntry,
  readOutbox,
  rowVersions,
  searchRows,
} from '../catalog/outbox.ts'
import type { Database } from '../catalog/schema.ts'
import { readSearchTarget } from '../catalog/search-target.ts'
import { countersOf, documentOf } from './documents.ts'
import { followedTarget } from './followed-target.ts'
import { keepRefused } from './refused-documents.ts'
import type { SearchBatch, SearchEngine } from './search-engine.ts'

/** Entries of the outbox, and the repos that they name. */
interface OutboxBatch {
  entries: readonly OutboxEntry[]
  /** Of the search target before they were read. */
  generation: number
  repos: NamedRepos
}

/** What is to be done about repos. */
interface NamedRepos {
  hubIds: readonly string[]
  /** Those of which more than the counters moved. */
  changed: readonly string[]
  /** The rows' versions before they were read. */
  versions: ReadonlyMap<string, string>
  changes: SearchBatch
}

/**
 * Brings the search engine up to date with the catalogue's outbox, batch by batch until it is empty; whoever wants no more
 * leaves the loop. The next batch is read while one is applied: on two cores a quarter more documents a second with
 * Meilisearch, 4 to 8 % more with Postgres.
 *
 * Documents are made from the rows as they are then, not as they were when the entry was written, and entries go after
 * they were applied: killed at any point, the batch is only applied again.
 *
 * Two may do this at once. What one has read can then be applied after what the other has read later. Whoever finds, after
 * applying, that a row is no longer what it has read announces that repo once more; so the last to apply a repo either
 * applied its last state or left an entry behind. A kill between the two leaves what was applied last, until the repo
 * changes again or the index is repaired; to keep that a moment, what was read ahead and is no longer so is read again first.
 *
 * When the index is built anew meanwhile and another takes its place, what was applied may have reached the former only. The
 * entries then stay, for the new one.
 *
 * @returns how many entries there were, for each batch
 * @throws SearchUnavailable when the engine's index is not the one that follows this catalogue
 */
export async function* drainOutbox(
  db: Kysely<Database>,
  engine: SearchEngine,
  batchSize: number,
): AsyncGenerator<number, void> {
  let isEmpty: boolean
  do {
    isEmpty = true
    for await (const entries of sweepOutbox(db, engine, batchSize)) {
      isEmpty = false
      yield entries
    }
  } while (!isEmpty)
}

/** Once through the outbox. What comes in meanwhile with a lower number than others is passed over. */
async function* sweepOutbox(
  db: Kysely<Database>,
  engine: SearchEngine,
  batchSize: number,
): AsyncGenerator<number, void> {
  let ahead = readBatch(db, engine, batchSize)
  try {
    for (let batch = await ahead; batch !== undefined; batch = await ahead) {
      const isLast = batch.entries.length < batchSize
      ahead = isLast ? Promise.resolve(undefined) : readBatch(db, engine, batchSize, batch.entries.at(-1)?.seq)
      // Whether it failed is asked when it is needed.
      ahead.catch(() => undefined)
      await applyBatch(db, engine, batch)
      yield batch.entries.length
    }
  } finally {
    await ahead.catch(() => undefined)
  }
}

async function readBatch(
  db: Kysely<Database>,
  engine: SearchEngine,
  batchSize: number,
  after?: string,
): Promise<OutboxBatch | undefined> {
  // Before the entries are read, see forgetEntries.
  const target = await readSearchTarget(db)
  const entries = await readOutbox(db, batchSize, after)
  if (entries.length === 0) return undefined
  const { generation } = await followedTarget(db, engine, target)
  return { entries, generation, repos: await readRepos(db, entries) }
}

async function readRepos(db: Kysely<Database>, entries: readonly OutboxEntry[]): Promise<NamedRepos> {
  const hubIds = [...new Set(entries.map((entry) => entry.hub_id))]
  const changed = new Set(entries.filter((entry) => !entry.counters_only).map((entry) => entry.hub_id))
  const moved = hubIds.filter((hubId) => !changed.has(hubId))
  const versions = await rowVersions(db, hubIds)
  const upserts = (await searchRows(db, [...changed])).map(documentOf)
  const counters = (await counterRows(db, moved)).map(countersOf)
  const live = new Set(upserts.map((document) => document.hubId))
  const removals = [...changed].filter((hubId) => !live.has(hubId))
  return { hubIds, changed: [...changed], versions, changes: { upserts, counters, removals } }
}

async function applyBatch(
  db: Kysely<Database>,
  engine: SearchEngine,
  { entries, generation, repos }: OutboxBatch,
): Promise<void> {
  const isAsRead = (await changedSince(db, repos)).length === 0
  const present = isAsRead ? repos : await readRepos(db, entries)
  await keepRefused(db, present.changed, await engine.apply(present.changes))
  await announce(db, await changedSince(db, present))
  await forgetEntries(db, entries, generation)
}

async function changedSince(db: Kysely<Database>, { hubIds, versions }: NamedRepos): Promise<string[]> {
  const present = await rowVersions(db, hubIds)
  return hubIds.filter((hubId) => versions.get(hubId) !== present.get(hubId))
}
