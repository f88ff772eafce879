import { DEFAULT_FACET_LIMIT, MAX_LIMIT } from './checked-query.ts'
import type { Explanation } from './explain.ts'
import type { Match } from './matches/match.ts'
import { type Bucket, isDateField, type Range, writeRange } from './ranges.ts'
import type { SearchDocument } from './search-document.ts'
import type { SearchQuery, SearchResult } from './search-engine.ts'
import type { RangeField } from './search-fields.ts'
import type { SemanticUse } from './semantic/search-by-meaning.ts'

/** The result of a search with what is found out for people. */
export interface SearchAnswer extends SearchResult {
  /** Where each hit matches. @default nowhere */
  matches?: readonly (readonly Match[])[]
  /** The nearest query that finds more. */
  didYouMean?: string | undefined
}

/**
 * What `hubdex search --json` prints and the HTTP API answers. Facets of the result may have more values than the query shows,
 * to know which have more.
 */
export function searchReport(query: SearchQuery, answer: SearchAnswer, semantic: SemanticUse | null = null) {
  const { total, isRelaxed, hits, explanations, matches, didYouMean, facets, histograms, histogramSample, tookMs } = answer
  const named = hits.map((document, index) => {
    const { kind, id, ...hit } = shownDocument(document)
    const explanation = explanations?.[index]
    return {
      ...{ kind, id, ...hit, matches: matches?.[index] ?? [] },
      ...(explanation === undefined ? {} : { explanation: explanationReport(explanation) }),
    }
  })
  const shownFacets = Object.entries(facets).map(([field, counts]) => ({ field, ...truncatedFacet(query, counts) }))
  return {
    query: queryReport(query),
    total,
    isRelaxed,
    didYouMean: didYouMean ?? null,
    semantic,
    hits: named,
    facets: Object.fromEntries(shownFacets.map(({ field, shown }) => [field, Object.fromEntries(shown)])),
    truncatedFacets: shownFacets.filter(({ hasMore }) => hasMore).map(({ field }) => field),
    ...(histograms !== undefined && { histograms: histogramsReport(histograms) }),
    ...(histogramSample !== undefined && { histogramSample }),
    tookMs: Math.round(tookMs * 10) / 10,
  }
}

/** A document without what only the index needs. */
export function shownDocument({ readmeDigest: _, ...document }: SearchDocument) {
  return document
}

/** The facet values to show, most frequent first. A result of MAX_LIMIT values may have more. */
export function truncatedFacet(
  { facetLimit = DEFAULT_FACET_LIMIT }: Pick<SearchQuery, 'facetLimit'>,
  counts: Readonly<Record<string, number>>,
) {
  const values = Object.entries(counts).sort(([left, many], [right, more]) => more - many || (left < right ? -1 : 1))
  return {
    shown: values.slice(0, facetLimit),
    hasMore: values.length > facetLimit || values.length === MAX_LIMIT,
  }
}

/** The query without what it does not use. */
function queryReport({ ranges = {}, histograms = [], ...query }: SearchQuery) {
  const written = (Object.entries(ranges) as [RangeField, Range][]).map(([field, range]) => [field, writeRange(field, range)])
  return {
    ...query,
    ...(written.length > 0 && { ranges: Object.fromEntries(written) as Partial<Record<RangeField, string>> }),
    ...(histograms.length > 0 && { histograms }),
  }
}

function histogramsReport(histograms: Partial<Record<RangeField, Bucket[]>>) {
  return Object.fromEntries(
    (Object.entries(histograms) as [RangeField, Bucket[]][]).map(([field, buckets]) => [
      field,
      buckets.map(({ count, ...range }) => {
        const [from = '', to = ''] = writeRange(field, range).split('..')
        return { from: endOf(field, from), to: endOf(field, to), count }
      }),
    ]),
  )
}

function endOf(field: RangeField, text: string): string | number | null {
  if (text === '') return null
  return isDateField(field) ? text : Number(text)
}

/** Null for what does not apply. A repo found by its meaning has no cost. */
function explanationReport({ cost, name, words, popularity }: Explanation) {
  return {
    cost: Number.isFinite(cost) ? cost : null,
    name: name ?? null,
    words: words.map(({ word, match }) => ({ word, match: match ?? null })),
    popularity,
  }
}
