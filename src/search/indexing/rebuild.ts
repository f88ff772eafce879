import { setTimeout as sleep } from 'node:timers/promises'
import type { Kysely } from 'kysely'
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
import { liveHubIds, rowVersions, searchRows } from '../../catalog/outbox/outbox.ts'
import type { LeaseOwner } from '../../catalog/processes/lease-owner.ts'
import type { Database } from '../../catalog/schema.ts'
import type { IndexBuild, SearchEngine } from '../search-engine.ts'
import { SearchUnavailable } from '../search-unavailable.ts'
import { orphansOf } from './orphans.ts'
import { portionsOf } from './portions.ts'
import { keepRefused } from './refused-documents.ts'
import { documentOf } from './to-document.ts'

export interface RebuildOptions {
  /** Kept known by the caller for as long as this takes. */
  owner: LeaseOwner
  batchSize: number
  signal: AbortSignal
  /** Told after each batch how many documents are in. */
  onProgress(documents: number): void
  /** Told when another process is at it, which is waited for. */
  onWaiting(): void
}

/** When so few repos are left that changed meanwhile, they may as well be applied after the change of places. */
const FEW = 200

/**
 * Builds the index of an engine anew from the catalog, beside the one that is searched, and puts it in its place.
 *
 * Meanwhile the outbox goes on to be applied to the present index. What is applied there is noted, and applied here too, until
 * little is left; the rest is announced once more when the new index is in place. Killed at any point, the present index
 * stays, or the new one is taken over by whoever finds it in its place; what is left of the other goes with the next rebuild.
 *
 * Each batch is recorded before its repos are read. A repo that ends its process is thus found when the rebuild is begun again,
 * and left out of later ones while it rests.
 *
 * @returns how many documents were written
 */
export async function rebuildIndex(
  db: Kysely<Database>,
  engine: SearchEngine,
  { owner, batchSize, signal, onProgress, onWaiting }: RebuildOptions,
): Promise<number> {
  await completeRebuild(db, await engine.identity())
  await beginAlone()
  const attempts = createIndexAttempts(db, owner)
  let written = 0
  let isNamed = false
  try {
    const build = await engine.build()
    for (let after: string | undefined = ''; after !== undefined; ) {
      const hubIds: string[] = await liveHubIds(db, after, batchSize)
      await write(build, hubIds)
      after = hubIds.length < batchSize ? undefined : hubIds.at(-1)
      written += hubIds.length
      onProgress(written)
    }
    // A new index begins empty; in one that is written in place, what the catalog no longer has is still there.
    if (build.isInPlace) for await (const hubIds of orphansOf(db, engine)) await write(build, hubIds)
    for (let noted = await drainRecorded(db, batchSize); noted.length > 0; noted = await drainRecorded(db, batchSize)) {
      await write(build, noted)
      if (noted.length < FEW) break
    }
    await goOn()
    isNamed = true
    await markCutover(db, owner, build.identity)
    await build.putInPlace()
    await completeRebuild(db, build.identity)
    await build.cleanUp()
    return written
  } catch (error) {
    // Once it is named, it may be in place already: then whoever meets it there completes this.
    if (!isNamed) await abandonRebuild(db, owner)
    throw error
  } finally {
    await attempts.release().catch(() => undefined)
  }

  async function beginAlone(): Promise<void> {
    for (let isFirst = true; !(await beginRebuild(db, owner)); isFirst = false) {
      if (isFirst) onWaiting()
      await sleep(1_000, undefined, { signal })
    }
  }

  async function goOn(): Promise<void> {
    signal.throwIfAborted()
    if (await ownsRebuild(db, owner)) return
    throw new SearchUnavailable('Another process took this rebuild for dead and began its own. Wait for that one.')
  }

  async function write(build: IndexBuild, hubIds: readonly string[]): Promise<void> {
    for (const { hubIds: portion, isSuspect } of portionsOf(hubIds, await attempts.suspicions())) {
      await goOn()
      const attemptId = await attempts.begin(portion)
      await writePortion(build, portion)
      if (isSuspect) await attempts.clear(portion)
      await attempts.end(attemptId)
    }
  }

  /** Repos that change while they are written are noted, to be written once more. */
  async function writePortion(build: IndexBuild, hubIds: readonly string[]): Promise<void> {
    const before = await rowVersions(db, hubIds)
    const upserts = (await searchRows(db, hubIds)).map(documentOf)
    const live = new Set(upserts.map(({ hubId }) => hubId))
    await keepRefused(db, hubIds, await build.apply({ upserts, removals: hubIds.filter((hubId) => !live.has(hubId)) }))
    const after = await rowVersions(db, hubIds)
    await recordForRebuild(
      db,
      hubIds.filter((hubId) => before.get(hubId) !== after.get(hubId)),
    )
  }
}
