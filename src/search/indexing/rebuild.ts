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
  recordForRebuild,
} from '../../catalog/outbox/active-index.ts'
import { createIndexAttempts } from '../../catalog/outbox/index-attempts.ts'
import { liveHubIds, rowVersions } from '../../catalog/outbox/outbox.ts'
import type { LeaseOwner } from '../../catalog/processes/lease-owner.ts'
import type { Database } from '../../catalog/schema.ts'
import type { IndexBuild, SearchEngine } from '../search-engine.ts'
import { SearchUnavailable } from '../search-unavailable.ts'
import { orphansOf } from './orphans.ts'
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
 * are left; those are enqueued again after the cutover. After a kill at any point, either the current index stays, or the next
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
    const build = await engine.build(await readEmbedder(db))
    for (let after: string | undefined = ''; after !== undefined; ) {
      const hubIds: string[] = await liveHubIds(db, after, batchSize)
      await write(build, hubIds)
      after = hubIds.length < batchSize ? undefined : hubIds.at(-1)
      written += hubIds.length
      onProgress(written)
    }
    // Unlike a shadow index, one that is rewritten in place still has documents of removed repos.
    if (build.isInPlace) for await (const hubIds of orphansOf(db, engine)) await write(build, hubIds)
    for (;;) {
      const recorded = await drainRecorded(db, batchSize)
      if (recorded.length > 0) await write(build, recorded)
      if (recorded.length < SMALL_REMAINDER) break
    }
    await assertLeased()
    isCutoverMarked = true
    await markCutover(db, owner, build.identity)
    await build.activate()
    await completeRebuild(db, build.identity)
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

  async function write(build: IndexBuild, hubIds: readonly string[]): Promise<void> {
    for (const { hubIds: portion, isSuspect } of portionsOf(hubIds, await attempts.suspicions())) {
      await assertLeased()
      const attemptId = await attempts.begin(portion)
      await writePortion(build, portion)
      if (isSuspect) await attempts.clear(portion)
      await attempts.end(attemptId)
    }
  }

  /** Repos that change while they are written are recorded, to be written again. */
  async function writePortion(build: IndexBuild, hubIds: readonly string[]): Promise<void> {
    const before = await rowVersions(db, hubIds)
    const upserts = await readDocuments(db, hubIds)
    const live = new Set(upserts.map(({ hubId }) => hubId))
    const removals = hubIds.filter((hubId) => !live.has(hubId))
    const vectors = await batchVectors(db, engine, [...live])
    await recordRefused(db, hubIds, await build.apply({ upserts, removals, vectors }))
    const after = await rowVersions(db, hubIds)
    await recordForRebuild(
      db,
      hubIds.filter((hubId) => before.get(hubId) !== after.get(hubId)),
    )
  }
}
