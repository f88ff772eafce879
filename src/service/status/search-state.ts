import { readEmbedder } from '../../catalog/embeddings/embedder.ts'
import { countEmbeddings, type EmbeddingCounts } from '../../catalog/embeddings/embeddings.ts'
import { requireActiveIndex } from '../../search/indexing/active-index.ts'
import { SearchUnavailable } from '../../search/search-unavailable.ts'
import { isEmbedderOf } from '../../search/semantic/spec.ts'
import type { Note } from '../../util/note.ts'
import type { OpenCatalog } from '../open/catalog.ts'

/** The state of the search index, as far as it is cheap to read. */
export type SearchState =
  | { index: string; documents: number; error: null }
  | { index: null; documents: null; error: Note<SearchUnavailable['code']> }

/** The state of semantic search: of the embedder that the vectors come from. */
export interface SemanticState extends EmbeddingCounts {
  model: string
  dimensions: number
  /** Whether all live repos were checked for texts to embed. If not, more texts are due than is said. */
  isScanned: boolean
  /** Whether the settings of this process name the same embedder; null if they name none. */
  isConfigured: boolean | null
  /** Why the embedder failed last; null if it has worked since. */
  error: (Note<string> & { at: string }) | null
}

/** Null if no text was ever embedded. */
export async function semanticStateOf({ db, embedder }: OpenCatalog): Promise<SemanticState | null> {
  const stored = await readEmbedder(db)
  if (stored === undefined) return null
  const { model, dimensions, scannedUntil, errorCode, errorText, errorAt } = stored
  return {
    model,
    dimensions,
    ...(await countEmbeddings(db)),
    isScanned: scannedUntil === null,
    isConfigured: embedder === undefined ? null : isEmbedderOf(stored, embedder),
    error: errorCode === null ? null : { code: errorCode, text: errorText ?? '', at: (errorAt ?? new Date()).toISOString() },
  }
}

/** Does not throw if the engine is unavailable: that is part of the state. */
export async function searchStateOf({ db, search }: OpenCatalog): Promise<SearchState> {
  try {
    await requireActiveIndex(db, search)
    return { index: await search.identity(), documents: await search.count(), error: null }
  } catch (error) {
    if (!(error instanceof SearchUnavailable)) throw error
    return { index: null, documents: null, error: { code: error.code, text: error.message } }
  }
}
