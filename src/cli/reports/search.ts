import { escapeForTerminal } from '../../output/escape.ts'
import { counted } from '../../output/format.ts'
import { renderTable } from '../../output/table.ts'
import { MAX_LIMIT } from '../../search/checked-query.ts'
import type { Match } from '../../search/matches/match.ts'
import type { SearchDocument } from '../../search/search-document.ts'
import type { SearchQuery } from '../../search/search-engine.ts'
import { type SearchAnswer, truncatedFacet } from '../../search/search-report.ts'
import { writeValue } from '../../search/value-list.ts'
import { formatNumber } from '../../util/format-number.ts'
import { explanationLines } from './explanation.ts'
import { idHighlights, snippetLine } from './matches.ts'

/** Columns to drop on a narrow terminal, first to last. The id stays, for users copy it. */
const DROP_FIRST = ['license', 'task', 'modified', 'kind', 'likes', 'downloads'] as const satisfies (keyof HitRow)[]

/** `hubdex search` for people: a table of hits, then the facets. */
export function searchTables(
  query: SearchQuery,
  { total, isRelaxed, hits, explanations = [], matches = [], didYouMean, facets, tookMs, byMeaning = 0 }: SearchAnswer,
  width: number | undefined,
): string {
  const sections = []
  if (hits.length > 0) sections.push(hitTable(hits, matches, width))
  if (explanations.length > 0) sections.push(explanationLines(hits, explanations))
  for (const [field, counts] of Object.entries(facets)) sections.push(facetTable(query, field, counts, width))
  if (isRelaxed) sections.push('No repo has all words. These have most of them.')
  if (didYouMean !== undefined) sections.push(`Did you mean: ${escapeForTerminal(didYouMean)}`)
  if (byMeaning > 0) sections.push(`${counted(byMeaning, 'repo')} by meaning only.`)
  sections.push(footer(query, total, hits.length, tookMs))
  return sections.join('\n\n')
}

/** On a terminal, what matches in an id is in bold. */
function hitTable(hits: readonly SearchDocument[], matches: readonly (readonly Match[])[], width: number | undefined): string {
  return renderTable(hits.map(hitRow), {
    width,
    dropFirst: DROP_FIRST,
    highlights: (row, column) => {
      const hit = hits[row]
      return width === undefined || column !== 'id' || hit === undefined ? [] : idHighlights(hit, matches[row] ?? [])
    },
    lineBelow: (row) => snippetLine(matches[row] ?? [], width),
  })
}

/** Values are formatted as for --filter, so that an empty one is visible. */
function facetTable(
  query: SearchQuery,
  field: string,
  counts: Readonly<Record<string, number>>,
  width: number | undefined,
): string {
  const { shown, hasMore } = truncatedFacet(query, counts)
  if (shown.length === 0) return `No repo found has a value for ${field}.`
  const table = renderTable(
    shown.map(([value, count]) => ({ [field]: writeValue(value), repos: count })),
    { width },
  )
  if (!hasMore) return table
  const advice =
    shown.length < MAX_LIMIT ? `--facet-limit ${Math.min(MAX_LIMIT, 5 * shown.length)} shows more` : 'no more are shown'
  return `${table}\n… and more values; ${advice}.`
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
