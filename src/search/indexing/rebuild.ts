import { setTimeout as sleep } from 'node:timers/promises'
import type { Kysely } from 'kysely'
import { readEmbedder } from '../../catalog/embeddings/embedder.ts'
import {
  abandonRebuild,
  beginRebuild,
  completeRebuild,
  drainRecorded,
  markCutover,
  ownsRebuild,
} from '../../catalog/outbox/active-index.ts'
import { deleteBacklog, lastCommittedEntry } from '../../catalog/outbox/backlog.ts'
import { createIndexAttempts } from '../../catalog/outbox/index-attempts.ts'
import type { LeaseOwner } from '../../catalog/processes/lease-owner.ts'
import type { Database } from '../../catalog/schema.ts'
import type { IndexBuild, SearchEngine } from '../search-engine.ts'
import { SearchUnavailable } from '../search-unavailable.ts'
import { fillBuild } from './fill-build.ts'
import { portionsOf } from './portions.ts'
import { readDocuments } from './read-documents.ts'
import { recordRefused } from './refused-documents.ts'
import { batchVectors } from './vectors.ts'

export interface RebuildOptions {
  /** The caller keeps up its heartbeat for the duration. */
  owner: LeaseOwner
  batchSize: number
  signal: AbortSignal
  /** Called after each batch with the number of documents written so far. */
  onProgress(documents: number): void
  /** Called when this starts to wait for the rebuild of another process. */
  onWaiting(): void
}

/** When so few repos changed meanwhile, they are applied after the cutover instead. */
const SMALL_REMAINDER = 200

/**
 * Builds an engine's index from scratch as a shadow index, then makes it the active one.
 *
 * The outbox is still applied to the current index meanwhile. Repos applied there are recorded and applied here too, until few
 * are left; those are enqueued again after the cutover. A repo that changes after it was read here is among them, because its
 * outbox entry is applied later. Entries from before the build are deleted at its end: it has read what they are about.
 * After a kill at any point, either the current index stays, or the next
 * process that uses the new one completes the cutover. The next rebuild removes leftovers.
 *
 * Each batch is recorded before its repos are read. The next rebuild thus identifies a repo that crashes the process, and later
 * ones leave it out during its backoff.
 *
 * @returns the number of documents written
 */
export async function rebuildIndex(
  db: Kysely<Database>,
  engine: SearchEngine,
  { owner, batchSize, signal, onProgress, onWaiting }: RebuildOptions,
): Promise<number> {
  await completeRebuild(db, await engine.identity())
  await acquireLease()
  const attempts = createIndexAttempts(db, owner)
  let written = 0
  let isCutoverMarked = false
  try {
    const covered = await lastCommittedEntry(db)
    const build = await engine.build(await readEmbedder(db))
    const onWritten = (repos: number) => {
      written += repos
      onProgress(written)
    }
    await fillBuild(build, { db, engine, attempts, batchSize, assertLeased, onWritten })
    for (;;) {
      const recorded = await drainRecorded(db, batchSize)
      if (recorded.length > 0) await applyRecorded(build, recorded)
      if (recorded.length < SMALL_REMAINDER) break
    }
    await assertLeased()
    isCutoverMarked = true
    await markCutover(db, owner, build.identity)
    await build.activate()
    await completeRebuild(db, build.identity)
    await deleteBacklog(db, covered)
    await build.cleanUp()
    return written
  } catch (error) {
    // Afterwards the new index may already be active; then the next process that uses it completes the rebuild.
    if (!isCutoverMarked) await abandonRebuild(db, owner)
    throw error
  } finally {
    await attempts.release().catch(() => undefined)
  }

  async function acquireLease(): Promise<void> {
    for (let isFirst = true; !(await beginRebuild(db, owner)); isFirst = false) {
      if (isFirst) onWaiting()
      await sleep(1_000, undefined, { signal })
    }
  }

  async function assertLeased(): Promise<void> {
    signal.throwIfAborted()
    if (await ownsRebuild(db, owner)) return
    throw new SearchUnavailable(
      'lease-lost',
      'The lease of this rebuild expired and another process started its own. Wait for that one.',
    )
  }

  async function applyRecorded(build: IndexBuild, recorded: readonly string[]): Promise<void> {
    for (const { hubIds, isSuspect } of portionsOf(recorded, await attempts.suspicions())) {
      await assertLeased()
      const attemptId = await attempts.begin(hubIds)
      const upserts = await readDocuments(db, hubIds)
      const live = new Set(upserts.map(({ hubId }) => hubId))
      const removals = hubIds.filter((hubId) => !live.has(hubId))
      const vectors = await batchVectors(db, engine, [...live])
      await recordRefused(db, hubIds, await build.apply({ upserts, removals, vectors }))
      if (isSuspect) await attempts.clear(hubIds)
      await attempts.end(attemptId)
    }
  }
}
