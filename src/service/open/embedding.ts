import type { Settings } from '../../config/settings.ts'
import { EmbeddingSync, type EmbeddingSyncParts } from '../../search/semantic/embedding-sync.ts'
import { TextPace } from '../../search/semantic/text-pace.ts'
import type { OpenCatalog } from './catalog.ts'

/** Embeds the texts of a catalog according to the settings. Undefined without an embedder. */
export function openEmbedding(
  { embedderBatchSize, embedderTextsPerMinute = Number.POSITIVE_INFINITY }: Settings,
  { db, search, embedder }: OpenCatalog,
  events: Pick<EmbeddingSyncParts, 'onFailure' | 'onRecovery'> = {},
): EmbeddingSync | undefined {
  if (embedder === undefined) return undefined
  const pace = new TextPace(embedderTextsPerMinute)
  return new EmbeddingSync({ db, engine: search, embedder, batchSize: embedderBatchSize, pace, ...events })
}
