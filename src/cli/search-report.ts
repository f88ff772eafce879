import type { SearchDocument } from '../search/search-document.ts'
import type { SearchQuery, SearchResult } from '../search/search-engine.ts'
import { formatNumber } from './output/format.ts'
import { renderTable } from './output/table.ts'

/** The id is what one reads and copies. */
const GIVING_WAY = ['license', 'task', 'modified', 'kind', 'likes', 'downloads'] as const satisfies (keyof HitRow)[]

/** `hubdex search --json`. */
export function searchReport(query: SearchQuery, { total, hits, facets, tookMs }: SearchResult) {
  const named = hits.map(({ kind, id, ...hit }) => ({ kind, id, ...hit }))
  return { query, total, hits: named, facets, tookMs: Math.round(tookMs * 10) / 10 }
}

/** The same for people: a table of hits, then the facets, most frequent value first. */
export function searchTables(
  query: SearchQuery,
  { total, hits, facets, tookMs }: SearchResult,
  width: number | undefined,
): string {
  const sections = []
  if (hits.length > 0) sections.push(renderTable(hits.map(hitRow), { width, givingWay: GIVING_WAY }))
  for (const [field, counts] of Object.entries(facets)) {
    const rows = Object.entries(counts).sort(([, first], [, second]) => second - first)
    if (rows.length > 0)
      sections.push(
        renderTable(
          rows.map(([value, count]) => ({ [field]: value, repos: count })),
          { width },
        ),
      )
  }
  sections.push(footer(query, total, hits.length, tookMs))
  return sections.join('\n\n')
}

type HitRow = ReturnType<typeof hitRow>

function hitRow(hit: SearchDocument) {
  return {
    kind: hit.kind,
    id: hit.id,
    task: hit.task[0] ?? hit.sdk ?? '',
    license: hit.license[0] ?? '',
    downloads: hit.kind === 'space' ? null : hit.downloads,
    likes: hit.likes,
    modified: hit.lastModified?.slice(0, 10) ?? '',
  }
}

function footer({ offset = 0 }: SearchQuery, total: number, shown: number, tookMs: number): string {
  const took = `${tookMs < 10 ? tookMs.toFixed(1) : Math.round(tookMs)} ms`
  if (total === 0) return `Nothing found (${took}). Fewer words or filters find more.`
  if (shown === 0) return `${formatNumber(total)} found (${took}).`
  const range = shown === total ? '' : ` ${formatNumber(offset + 1)} to ${formatNumber(offset + shown)} of`
  return `${shown === total ? `${formatNumber(total)} found` : `Hits${range} ${formatNumber(total)}`} (${took}).`
}
