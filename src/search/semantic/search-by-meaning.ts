import type { Kysely } from 'kysely'
import { readEmbedder } from '../../catalog/embeddings/embedder.ts'
import type { Database } from '../../catalog/schema.ts'
import type { Note } from '../../util/note.ts'
import { checkedQuery } from '../checked-query.ts'
import type { QueryMeaning, SearchEngine, SearchQuery, SearchResult } from '../search-engine.ts'
import { type Embedder, EmbedderFailure, type EmbedderFailureCode } from './embedder.ts'
import { isEmbedderOf } from './spec.ts'

/** Whether vectors took part in a search. */
export type SemanticUse =
  | { ratio: number; isUsed: true; byMeaning: number }
  | { ratio: number; isUsed: false; reason: Note<UnusedCode> }

type UnusedCode = EmbedderFailureCode | 'no-embedder' | 'not-applicable' | 'nothing-embedded' | 'other-embedder' | 'no-vectors'

/** A query must not wait longer for its vector. */
const QUERY_TIMEOUT_MS = 5_000

/**
 * Searches by words and by meaning. If there is no vector for the query, it searches by words and says why.
 * @param ratio how much meaning counts, from 0 to 1; 0 for words only
 */
export async function searchByMeaning(
  { db, search, embedder }: { db: Kysely<Database>; search: SearchEngine; embedder: Embedder | undefined },
  query: SearchQuery,
  ratio: number,
): Promise<{ result: SearchResult; semantic: SemanticUse | null }> {
  if (ratio === 0) return { result: await search.search(query), semantic: null }
  const meaning = await meaningOf(db, embedder, query, ratio)
  if ('code' in meaning) return { result: await search.search(query), semantic: { ratio, isUsed: false, reason: meaning } }
  const result = await search.search({ ...query, meaning })
  const { byMeaning } = result
  return {
    result,
    semantic: byMeaning === undefined ? { ratio, isUsed: false, reason: NO_VECTORS } : { ratio, isUsed: true, byMeaning },
  }
}

const NO_VECTORS: Note<UnusedCode> = {
  code: 'no-vectors',
  text: 'The search index has no vectors of this embedder. `hubdex status` says why.',
}

async function meaningOf(
  db: Kysely<Database>,
  embedder: Embedder | undefined,
  query: SearchQuery,
  ratio: number,
): Promise<QueryMeaning | Note<UnusedCode>> {
  if (embedder === undefined) {
    return { code: 'no-embedder', text: 'There is no embedder. Set HUBDEX_EMBEDDER_URL and HUBDEX_EMBEDDER_MODEL.' }
  }
  const { words } = query
  const isApplicable = checkedQuery({ ...query, meaning: { spec: '', vector: [], ratio } }).meaning !== undefined
  if (words === undefined || !isApplicable) {
    return { code: 'not-applicable', text: 'Meaning only counts for words that are ranked by relevance.' }
  }
  const stored = await readEmbedder(db)
  if (stored === undefined) {
    return { code: 'nothing-embedded', text: 'Nothing is embedded yet. Run `hubdex index embed`, or keep `hubdex up` running.' }
  }
  if (!isEmbedderOf(stored, embedder)) {
    const text =
      `The catalog was embedded by ${stored.model} with ${stored.dimensions} dimensions, and not as the settings say now. Run ` +
      '`hubdex index embed` to embed all texts again.'
    return { code: 'other-embedder', text }
  }
  try {
    const [vector = []] = await embedder.embed([words], 'query', AbortSignal.timeout(QUERY_TIMEOUT_MS))
    if (vector.length === stored.dimensions) return { spec: stored.spec, vector, ratio }
    return {
      code: 'wrong-dimensions',
      text: `The vector of the query has ${vector.length} dimensions, not ${stored.dimensions}.`,
    }
  } catch (error) {
    if (error instanceof EmbedderFailure) return { code: error.code, text: error.message }
    if (error instanceof Error && error.name === 'TimeoutError') {
      return { code: 'timeout', text: `The embedder gave no vector of the query within ${QUERY_TIMEOUT_MS / 1000} s.` }
    }
    throw error
  }
}
