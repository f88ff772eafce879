import type { Kysely } from 'kysely'
import { type ActiveIndex, readActiveIndex } from '../../catalog/outbox/active-index.ts'
import type { IndexAttempts } from '../../catalog/outbox/index-attempts.ts'
import {
  acknowledge,
  counterRows,
  enqueueForSearch,
  type OutboxEntry,
  readOutbox,
  rowVersions,
  searchRows,
} from '../../catalog/outbox/outbox.ts'
import type { Database } from '../../catalog/schema.ts'
import type { SearchBatch, SearchEngine } from '../search-engine.ts'
import { requireActiveIndex } from './active-index.ts'
import { portionsOf } from './portions.ts'
import { keepRefused } from './refused-documents.ts'
import { countersOf, documentOf } from './to-document.ts'

/** Entries of the outbox to apply together. */
interface OutboxSlice {
  entries: readonly OutboxEntry[]
  /** The active index before they were read. */
  active: ActiveIndex
  isSuspect: boolean
}

/** Entries of the outbox, and the repos that they name. */
interface OutboxBatch {
  entries: readonly OutboxEntry[]
  /** Of the search target before they were read. */
  epoch: number
  repos: NamedRepos
  attemptId: string
  isSuspect: boolean
}

/** What a drain works with. */
export interface DrainParts {
  db: Kysely<Database>
  engine: SearchEngine
  attempts: IndexAttempts
  /** Entries of the outbox in one batch. */
  batchSize: number
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
 * Brings the search engine up to date with the catalog's outbox, batch by batch until it is empty. A caller that wants no more
 * leaves the loop. The next batch is read while one is applied: on two cores this indexes a quarter more documents per second
 * with Meilisearch, and 4 to 8 % more with Postgres.
 *
 * Documents are made from the rows of that moment, not from those of the moment when the entry was written. Entries are deleted
 * after they were applied, so that a batch whose process is killed is only applied again.
 *
 * Two processes may drain at once, and one may then apply older rows after the other has applied newer ones. A process that
 * finds, after applying, that a row has changed enqueues that repo once more. So the last process to apply a repo has either
 * applied its last state or left an entry behind. A kill between the two steps leaves an old document until the repo changes
 * again or the index is repaired. To keep this window short, a batch that was read ahead and has changed is read again first.
 *
 * If a rebuild replaces the index meanwhile, the batch may have reached the old index only. Its entries then stay for the new
 * one.
 *
 * Each batch is recorded before its repos are read, so that a repo which ends its process becomes known: see `IndexAttempts`.
 *
 * @returns how many entries there were, for each batch
 * @throws SearchUnavailable when the engine's index is not the one that follows this catalog
 */
export async function* drainOutbox(parts: DrainParts): AsyncGenerator<number, void> {
  const { attempts } = parts
  // What an earlier drain could not end because the database was unavailable.
  await attempts.release()
  try {
    let isEmpty: boolean
    do {
      isEmpty = true
      for await (const entries of sweepOutbox(parts)) {
        isEmpty = false
        yield entries
      }
    } while (!isEmpty)
  } finally {
    await attempts.release().catch(() => undefined)
  }
}

/** Once through the outbox. What comes in meanwhile with a lower number than others is passed over. */
async function* sweepOutbox(parts: DrainParts): AsyncGenerator<number, void> {
  const slices = slicesOf(parts)
  let ahead = readNext()
  try {
    for (let batch = await ahead; batch !== undefined; batch = await ahead) {
      const applied = applyBatch(parts, batch)
      if (batch.isSuspect) await applied
      ahead = readNext(applied)
      // Whether it failed is asked when it is needed.
      ahead.catch(() => undefined)
      await applied
      yield batch.entries.length
    }
  } finally {
    await ahead.catch(() => undefined)
  }

  async function readNext(before?: Promise<void>): Promise<OutboxBatch | undefined> {
    const { value: slice } = await slices.next()
    if (slice === undefined) return undefined
    if (slice.isSuspect) await before
    return await readBatch(parts, slice)
  }
}

/** The entries of the outbox in slices as large as earlier deaths allow. Those of repos that rest are dropped. */
async function* slicesOf({ db, attempts, batchSize }: DrainParts): AsyncGenerator<OutboxSlice, void> {
  let entries: OutboxEntry[] = []
  do {
    // Before the entries are read, see acknowledge.
    const active = await readActiveIndex(db)
    entries = await readOutbox(db, batchSize, entries.at(-1)?.seq)
    if (entries.length === 0) return
    const suspicions = await attempts.suspicions()
    const resting = entries.filter(({ hub_id }) => suspicions.resting.has(hub_id))
    if (resting.length > 0) await acknowledge(db, resting, active.epoch)
    const byRepo = Map.groupBy(entries, ({ hub_id }) => hub_id)
    for (const { hubIds, isSuspect } of portionsOf([...byRepo.keys()], suspicions)) {
      yield { entries: hubIds.flatMap((hubId) => byRepo.get(hubId) ?? []), active, isSuspect }
    }
  } while (entries.length === batchSize)
}

async function readBatch(
  { db, engine, attempts }: DrainParts,
  { entries, active, isSuspect }: OutboxSlice,
): Promise<OutboxBatch> {
  const { epoch } = await requireActiveIndex(db, engine, active)
  const attemptId = await attempts.begin([...new Set(entries.map((entry) => entry.hub_id))])
  return { entries, epoch, repos: await readRepos(db, entries), attemptId, isSuspect }
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
  { db, engine, attempts }: DrainParts,
  { entries, epoch, repos, attemptId, isSuspect }: OutboxBatch,
): Promise<void> {
  const isAsRead = (await changedSince(db, repos)).length === 0
  const present = isAsRead ? repos : await readRepos(db, entries)
  await keepRefused(db, present.changed, await engine.apply(present.changes))
  await enqueueForSearch(db, await changedSince(db, present))
  if (isSuspect) await attempts.clear(present.changed)
  // Before the entries go: a kill between the two must not make suspects of repos that have nothing left to index.
  await attempts.end(attemptId)
  await acknowledge(db, entries, epoch)
}

async function changedSince(db: Kysely<Database>, { hubIds, versions }: NamedRepos): Promise<string[]> {
  const present = await rowVersions(db, hubIds)
  return hubIds.filter((hubId) => versions.get(hubId) !== present.get(hubId))
}
