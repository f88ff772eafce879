import type { Kysely } from 'kysely'
import {
  EMBED_TASK,
  type EmbedderSpec,
  readEmbedder,
  recordEmbedderState,
  recordScan,
} from '../../catalog/embeddings/embedder.ts'
import {
  claimDueTexts,
  deleteEmbeddings,
  type EmbeddedText,
  enqueueEmbedded,
  enrollTexts,
  releaseTexts,
  storeVectors,
} from '../../catalog/embeddings/embeddings.ts'
import { enqueueForSearch, liveHubIds, searchRows } from '../../catalog/outbox/outbox.ts'
import { sanitizeText } from '../../catalog/repos/sanitize-text.ts'
import type { Database } from '../../catalog/schema.ts'
import type { FailureCause } from '../../catalog/stages/failure-cause.ts'
import { recordFailures } from '../../catalog/stages/failures.ts'
import { documentOf } from '../indexing/to-document.ts'
import type { SearchDocument } from '../search-document.ts'
import type { SearchEngine } from '../search-engine.ts'
import { SearchUnavailable } from '../search-unavailable.ts'
import { embedTexts } from './embed-texts.ts'
import { type Embedder, EmbedderFailure } from './embedder.ts'
import { embeddingTextOf, textHashOf } from './embedding-text.ts'
import { adoptSpec, requireSpec } from './spec.ts'
import type { TextPace } from './text-pace.ts'

export interface EmbedParts {
  db: Kysely<Database>
  engine: SearchEngine
  embedder: Embedder
  /** Texts per request. */
  batchSize: number
  pace: TextPace
  /** What this process adopted before. */
  previous?: EmbedderSpec | undefined
  /** The wait after a failure that may pass. @default 1_000 */
  retryMs?: number
}

/** Repos that were embedded, and repos whose text could not be. */
export interface EmbeddedBatch {
  spec: EmbedderSpec
  embedded: number
  failed: number
}

/** Live repos to enroll at once. */
const ENROLL_BATCH = 1_000
const MAX_ANSWER_LENGTH = 1_000

/**
 * Embeds all due texts, batch by batch until none is left or the caller leaves the loop. Texts are made from the current rows.
 * After a kill, the claims of the killed process expire and its texts are due again.
 *
 * Nothing here delays indexing or searches by words. If the documents of the engine carry vectors, their repos are enqueued in
 * the outbox, with which their documents are written again.
 *
 * @throws EmbedderFailure or SearchUnavailable, which the status shows, if no text can be embedded now
 */
export async function* embedDue(parts: EmbedParts, signal: AbortSignal): AsyncGenerator<EmbeddedBatch, void> {
  const { db, engine, embedder } = parts
  let spec: EmbedderSpec | undefined = parts.previous
  try {
    if (spec === undefined) {
      spec = await adoptSpec(db, embedder, signal)
      if (await engine.prepareVectors(spec)) await enqueueEmbedded(db)
    } else await requireSpec(db, spec)
    yield { spec, embedded: 0, failed: 0 }
    for (;;) {
      const batch = await embedBatch(parts, spec, signal)
      if (batch !== undefined) yield { ...batch, spec }
      else if (!(await enrollNext(db, spec))) return
    }
  } catch (error) {
    const known = error instanceof EmbedderFailure || error instanceof SearchUnavailable
    if (known && spec !== undefined) await recordEmbedderState(db, spec.spec, { code: error.code, text: shortened(error) })
    throw error
  }
}

/** Enrolls more live repos of a catalog whose embedder is new. @returns false when all are enrolled */
async function enrollNext(db: Kysely<Database>, { spec }: EmbedderSpec): Promise<boolean> {
  const stored = await readEmbedder(db)
  if (stored?.spec !== spec || stored.scannedUntil === null) return false
  const hubIds = await liveHubIds(db, stored.scannedUntil, ENROLL_BATCH)
  await enrollTexts(
    db,
    (await searchRows(db, hubIds)).map((row) => textHashOf(documentOf(row))),
  )
  await recordScan(db, spec, hubIds.length < ENROLL_BATCH ? null : (hubIds.at(-1) ?? null))
  return true
}

/** Undefined if no text is due. */
async function embedBatch(
  parts: EmbedParts,
  { spec, dimensions }: EmbedderSpec,
  signal: AbortSignal,
): Promise<Omit<EmbeddedBatch, 'spec'> | undefined> {
  const { db, engine, embedder, pace, retryMs } = parts
  const claimed = await claimDueTexts(db, Math.min(parts.batchSize, pace.most))
  if (claimed.length === 0) return undefined
  const hubIds = claimed.map(({ hubId }) => hubId)
  try {
    const documents = (await searchRows(db, hubIds)).map((row) => documentOf(row))
    await dropMissing(db, hubIds, documents)
    await enrollTexts(db, documents.map(textHashOf))
    const known = new Map(claimed.map(({ hubId, vectorHash }) => [hubId, vectorHash]))
    const texts = documents
      .map((document) => ({ ...textHashOf(document), kind: document.kind, text: embeddingTextOf(document) }))
      .filter(({ hubId, hash }) => known.get(hubId)?.equals(hash) !== true)
    if (texts.length > 0) await pace.take(texts.length, signal)
    const outcomes = await embedTexts(
      embedder,
      texts.map(({ text }) => text),
      { signal, ...(retryMs === undefined ? {} : { retryMs }) },
    )
    const embedded: EmbeddedText[] = []
    const failures: Parameters<typeof recordFailures>[1][number][] = []
    for (const [index, { hubId, hash, kind }] of texts.entries()) {
      const outcome = outcomes[index]
      if (Array.isArray(outcome)) embedded.push({ hubId, hash, vector: ofDimensions(outcome, dimensions, embedder) })
      else if (outcome !== undefined) failures.push({ task: EMBED_TASK, hubId, kind, ...reportOf(outcome) })
    }
    await db.transaction().execute(async (transaction) => {
      const stored = await storeVectors(transaction, spec, embedded)
      if (engine.carriesVectors) await enqueueForSearch(transaction, stored)
      if (failures.length > 0) await recordFailures(transaction, failures)
    })
    if (embedded.length > 0) await recordEmbedderState(db, spec, undefined)
    return { embedded: embedded.length, failed: failures.length }
  } finally {
    await releaseTexts(db, hubIds)
  }
}

/** Repos that were removed or taken down since. */
async function dropMissing(db: Kysely<Database>, hubIds: readonly string[], found: readonly SearchDocument[]): Promise<void> {
  const live = new Set(found.map(({ hubId }) => hubId))
  await deleteEmbeddings(
    db,
    hubIds.filter((hubId) => !live.has(hubId)),
  )
}

function ofDimensions(vector: number[], dimensions: number, { address }: Embedder): number[] {
  if (vector.length === dimensions) return vector
  throw new EmbedderFailure(
    'wrong-dimensions',
    `The embedder at ${address} now returns vectors of ${vector.length} dimensions instead of ${dimensions}, as if its model ` +
      'had changed. The next run embeds all texts again.',
  )
}

function reportOf(failure: EmbedderFailure): { cause: FailureCause; status: number | null; answer: string } {
  const cause = failure.code === 'refused' || failure.code === 'too-large' ? failure.code : 'broken-answer'
  return { cause, status: failure.status ?? null, answer: shortened(failure) }
}

function shortened({ message }: Error): string {
  return sanitizeText(message, MAX_ANSWER_LENGTH)
}
