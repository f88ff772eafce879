import type { Kysely } from 'kysely'
import type { IndexAttempts } from '../../catalog/outbox/index-attempts.ts'
import { liveHubIds } from '../../catalog/outbox/outbox.ts'
import type { Database } from '../../catalog/schema.ts'
import type { IndexBuild, SearchBatch, SearchEngine } from '../search-engine.ts'
import { type Portion, portionsOf } from './portions.ts'
import { readDocuments } from './read-documents.ts'
import { recordRefused } from './refused-documents.ts'
import { batchVectors, enrollChanged } from './vectors.ts'

export interface FillParts {
  db: Kysely<Database>
  engine: Pick<SearchEngine, 'carriesVectors'>
  attempts: IndexAttempts
  /** Repos per batch. */
  batchSize: number
  /** Rejects if this process must not go on. */
  assertLeased(): Promise<void>
  /** Called after each batch with the number of its repos. */
  onWritten(repos: number): void
}

interface LivePortion extends Portion {
  /** Whether it has all live repos from its first to its last. */
  isWhole: boolean
}

interface ReadPortion extends Portion {
  attemptId: string
  batch: Pick<SearchBatch, 'upserts' | 'vectors'>
}

/**
 * Appends the documents of all live repos to a build, in the order of their hub ids. The next portion is read while one is
 * written, but not around a suspect one: a death must be attributable.
 */
export async function fillBuild(build: IndexBuild, parts: FillParts): Promise<void> {
  let writing = Promise.resolve()
  for await (const portion of livePortions(parts)) {
    if (portion.isSuspect) await writing
    const read = readPortion(parts, portion)
    // A failure is handled when the portion is awaited.
    read.catch(() => undefined)
    await writing
    writing = read.then((complete) => writePortion(build, parts, complete))
    writing.catch(() => undefined)
    if (portion.isSuspect) await writing
  }
  await writing
  await build.endAppending()
}

async function* livePortions({ db, attempts, batchSize }: FillParts): AsyncGenerator<LivePortion> {
  for (let after: string | undefined = ''; after !== undefined; ) {
    const hubIds: string[] = await liveHubIds(db, after, batchSize)
    for (const portion of portionsOf(hubIds, await attempts.suspicions())) {
      yield { ...portion, isWhole: portion.hubIds.length === hubIds.length }
    }
    after = hubIds.length < batchSize ? undefined : hubIds.at(-1)
  }
}

async function readPortion({ db, engine, attempts, assertLeased }: FillParts, portion: LivePortion): Promise<ReadPortion> {
  await assertLeased()
  const attemptId = await attempts.begin(portion.hubIds)
  const { hubIds, isWhole } = portion
  const [first = ''] = hubIds
  const upserts = await readDocuments(db, isWhole ? { first, last: hubIds.at(-1) ?? first } : hubIds)
  const vectors = await batchVectors(
    db,
    engine,
    upserts.map(({ hubId }) => hubId),
  )
  return { ...portion, attemptId, batch: { upserts, vectors } }
}

async function writePortion(
  build: IndexBuild,
  { db, attempts, onWritten }: FillParts,
  { hubIds, isSuspect, attemptId, batch }: ReadPortion,
): Promise<void> {
  await recordRefused(db, hubIds, await build.append(batch))
  await enrollChanged(db, batch)
  if (isSuspect) await attempts.clear(hubIds)
  await attempts.end(attemptId)
  onWritten(hubIds.length)
}
