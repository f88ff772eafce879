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
} from '../../catalog/outbox/outbox.ts'
import type { Database } from '../../catalog/schema.ts'
import type { SearchBatch, SearchEngine } from '../search-engine.ts'
import { requireActiveIndex } from './active-index.ts'
import { portionsOf } from './portions.ts'
import { readDocuments } from './read-documents.ts'
import { recordRefused } from './refused-documents.ts'
import { countersOf } from './to-document.ts'
import { batchVectors, enrollChanged } from './vectors.ts'

/** Outbox entries to apply together. */
interface OutboxSlice {
  entries: readonly OutboxEntry[]
  /** The active index before the entries were read. */
  active: ActiveIndex
  isSuspect: boolean
}

interface OutboxBatch {
  entries: readonly OutboxEntry[]
  /** Epoch of the active index before the entries were read. */
  epoch: number
  repos: EntryRepos
  attemptId: string
  isSuspect: boolean
}

export interface DrainParts {
  db: Kysely<Database>
  engine: SearchEngine
  attempts: IndexAttempts
  /** Outbox entries per batch. */
  batchSize: number
}

/** The repos of some entries. */
interface EntryRepos {
  hubIds: readonly string[]
  /** Those with more than new counters. */
  changed: readonly string[]
  /** Row versions before the rows were read. */
  versions: ReadonlyMap<string, string>
  changes: SearchBatch
}

/**
 * Applies the catalog's outbox to the search engine, batch by batch until it is empty or the caller leaves the loop. The next
 * batch is read while one is applied: on two cores this indexes a quarter more documents per second with Meilisearch, and 4 to
 * 8 % more with Postgres.
 *
 * Documents are made from the current rows, whenever their entry was written. Entries are deleted after they are applied, so a
 * batch whose process is killed is applied again.
 *
 * Two processes may drain at once, and one may apply older rows after the other has applied newer ones. Therefore a process
 * that finds a row changed after applying enqueues that repo again: the last process to apply a repo has either applied its
 * last state or left an entry. A kill between the two steps leaves an old document until the repo changes again or the index
 * is repaired. To keep this window short, a batch that was read ahead and has changed is first read again.
 *
 * If a rebuild replaces the index meanwhile, the batch may have reached only the old one, so its entries stay for the new one.
 *
 * Each batch is recorded before its repos are read, to identify a repo that crashes the process: see `IndexAttempts`.
 * @returns the number of entries of each batch
 * @throws SearchUnavailable when the engine's index is not the active one
 */
export async function* drainOutbox(parts: DrainParts): AsyncGenerator<number, void> {
  const { attempts } = parts
  // Attempts that an earlier drain could not end because the database was unavailable.
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

/** Goes through the outbox once. Entries that appear late with lower numbers are left for the next sweep. */
async function* sweepOutbox(parts: DrainParts): AsyncGenerator<number, void> {
  const slices = slicesOf(parts)
  let ahead = readNext()
  try {
    for (let batch = await ahead; batch !== undefined; batch = await ahead) {
      const applied = applyBatch(parts, batch)
      if (batch.isSuspect) await applied
      ahead = readNext(applied)
      // A failure is handled when the batch is awaited.
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

/** The outbox in slices as large as earlier deaths allow. Entries of repos in backoff are dropped. */
async function* slicesOf({ db, attempts, batchSize }: DrainParts): AsyncGenerator<OutboxSlice, void> {
  let entries: OutboxEntry[] = []
  do {
    // Before the entries are read: see `acknowledge`.
    const active = await readActiveIndex(db)
    entries = await readOutbox(db, batchSize, entries.at(-1)?.seq)
    if (entries.length === 0) return
    const suspicions = await attempts.suspicions()
    const inBackoff = entries.filter(({ hubId }) => suspicions.inBackoff.has(hubId))
    if (inBackoff.length > 0) await acknowledge(db, inBackoff, active.epoch)
    const byRepo = Map.groupBy(entries, ({ hubId }) => hubId)
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
  const attemptId = await attempts.begin([...new Set(entries.map((entry) => entry.hubId))])
  return { entries, epoch, repos: await readRepos({ db, engine }, entries), attemptId, isSuspect }
}

async function readRepos(
  { db, engine }: Pick<DrainParts, 'db' | 'engine'>,
  entries: readonly OutboxEntry[],
): Promise<EntryRepos> {
  const hubIds = [...new Set(entries.map((entry) => entry.hubId))]
  const changed = new Set(entries.filter((entry) => !entry.countersOnly).map((entry) => entry.hubId))
  const countersOnly = hubIds.filter((hubId) => !changed.has(hubId))
  const versions = await rowVersions(db, hubIds)
  const upserts = await readDocuments(db, [...changed])
  const counters = (await counterRows(db, countersOnly)).map(countersOf)
  const live = new Set(upserts.map((document) => document.hubId))
  const removals = [...changed].filter((hubId) => !live.has(hubId))
  const vectors = await batchVectors(db, engine, [...live])
  return { hubIds, changed: [...changed], versions, changes: { upserts, counters, removals, vectors } }
}

async function applyBatch(
  { db, engine, attempts }: DrainParts,
  { entries, epoch, repos, attemptId, isSuspect }: OutboxBatch,
): Promise<void> {
  const isCurrent = (await changedSince(db, repos)).length === 0
  const current = isCurrent ? repos : await readRepos({ db, engine }, entries)
  await recordRefused(db, current.changed, await engine.apply(current.changes))
  await enrollChanged(db, current.changes)
  await enqueueForSearch(db, await changedSince(db, current))
  if (isSuspect) await attempts.clear(current.changed)
  // Before the entries are deleted: a kill in between must not make suspects of repos that have nothing left to index.
  await attempts.end(attemptId)
  await acknowledge(db, entries, epoch)
}

async function changedSince(db: Kysely<Database>, { hubIds, versions }: EntryRepos): Promise<string[]> {
  const current = await rowVersions(db, hubIds)
  return hubIds.filter((hubId) => versions.get(hubId) !== current.get(hubId))
}
