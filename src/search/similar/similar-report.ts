import type { CheckedQuery } from '../checked-query.ts'
import type { SearchDocument } from '../search-document.ts'
import { shownDocument } from '../search-report.ts'
import type { SimilarRepos } from './similar-repos.ts'
import type { Similarity } from './similarity.ts'

export type SimilarQuery = Pick<CheckedQuery, 'filters' | 'limit' | 'offset'>

/** What `hubdex search --similar-to ID --json` prints and the HTTP API answers. */
export function similarReport(
  { kind, id }: SearchDocument,
  query: SimilarQuery,
  { total, hits }: SimilarRepos,
  tookMs: number,
) {
  const { filters, limit, offset } = query
  return {
    query: { similarTo: { kind, id }, filters: Object.fromEntries(filters), limit, offset },
    total,
    hits: hits.map(({ document, similarity }) => ({ ...shownDocument(document), similarity: roundedSimilarity(similarity) })),
    tookMs: Math.round(tookMs * 10) / 10,
  }
}

/** All parts with three digits. */
export function roundedSimilarity(similarity: Similarity): Similarity {
  const parts = Object.entries(similarity).map(([name, value]) => [name, Math.round(value * 1000) / 1000])
  return Object.fromEntries(parts) as Similarity
}
