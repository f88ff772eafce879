import { renderTable } from '../../output/table.ts'
import type { SearchDocument } from '../../search/search-document.ts'
import { roundedSimilarity, type SimilarQuery } from '../../search/similar/similar-report.ts'
import type { SimilarRepo, SimilarRepos } from '../../search/similar/similar-repos.ts'
import { formatNumber } from '../../util/format-number.ts'

/** Columns to drop on a narrow terminal, first to last. */
const DROP_FIRST = ['size', 'tags', 'task', 'base', 'likes', 'downloads']

/** `hubdex search --similar-to ID` for people: a table of hits, with what each has in common. */
export function similarTable(
  { kind, id }: SearchDocument,
  { offset }: SimilarQuery,
  { total, hits }: SimilarRepos,
  { tookMs, width }: { tookMs: number; width: number | undefined },
): string {
  const took = `${Math.round(tookMs)} ms`
  if (total === 0) return `Nothing similar to the ${kind} ${id} (${took}). Fewer filters find more.`
  const range = hits.length === total ? '' : `, ${formatNumber(offset + 1)} to ${formatNumber(offset + hits.length)} shown`
  const footer = `${formatNumber(total)} repos compared with the ${kind} ${id}${range} (${took}).`
  return hits.length === 0 ? footer : `${renderTable(hits.map(rowOf), { width, dropFirst: DROP_FIRST })}\n\n${footer}`
}

function rowOf({ document, similarity }: SimilarRepo) {
  const { score, base, task, tags, size } = roundedSimilarity(similarity)
  const { id, downloads, likes } = document
  return { score, id, base, task, tags, size, downloads, likes }
}
