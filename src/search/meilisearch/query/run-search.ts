import type { CheckedQuery } from '../../checked-query.ts'
import { bucketRanges } from '../../ranges.ts'
import type { QueryMeaning, SearchResult } from '../../search-engine.ts'
import type { RangeField, SearchSort } from '../../search-fields.ts'
import { queryWordsOf, typedNameOf } from '../../text/query-words.ts'
import { boundExpressions, filterExpressions, isOneOf, rangeExpressions } from '../encoding/filter.ts'
import { encodedText } from '../encoding/query-text.ts'
import { keyOf, PRIMARY_KEY, SHOWN, shownDocumentOf } from '../encoding/stored-document.ts'
import { encodeWholeWord, encodeWord } from '../encoding/word.ts'
import { MAX_FACET_VALUES, README_ATTRIBUTE, WHOLE_NAME, WORD_ATTRIBUTES } from '../index/index-settings.ts'
import type { MeilisearchConnection } from '../server/connection.ts'
import { multiSearch, type Query } from '../server/multi-search.ts'
import { blendedDocuments, withCounted } from './blend-meaning.ts'
import { facetAttribute, facetCounts } from './facet-counts.ts'
import { type NamedDocuments, namedDocuments } from './named-documents.ts'

/** The attribute of each sort. Relevance uses the ranking rules of the index. */
const ATTRIBUTE: Readonly<Record<Exclude<SearchSort, 'relevance'>, string>> = {
  trending: 'trendingScore',
  downloads: 'downloads',
  likes: 'likes',
  created: 'created',
  modified: 'modified',
  parameters: 'parameters',
}

type Result = Omit<SearchResult, 'tookMs' | 'explanations'>

/**
 * Answers a query: by all of its words; if no document has them outside its README, by the whole text as a name or its
 * beginning; then by some of its words.
 */
export async function runSearch(connection: MeilisearchConnection, query: CheckedQuery): Promise<Result> {
  const words = queryWordsOf(query.words)
  const sort = query.sort ?? (words.length > 0 ? 'relevance' : 'trending')
  const base: Query = {
    indexUid: connection.index.uid,
    q: encodedText(query.words),
    matchingStrategy: 'all',
    attributesToSearchOn: [...WORD_ATTRIBUTES, README_ATTRIBUTE],
    filter: conditionsOf(query),
    ...(sort === 'relevance' ? {} : { sort: [`${ATTRIBUTE[sort]}:desc`, 'order:asc'] }),
  }
  const byWords = await resultByWords(connection, query, base, words.length)
  return query.meaning === undefined ? byWords.result : await withMeaning(connection, query, byWords, query.meaning)
}

/** The conditions of filters and ranges, all of which must hold. */
function conditionsOf({ filters, ranges }: CheckedQuery) {
  return [...filterExpressions(filters), ...rangeExpressions(ranges)]
}

/** A result, and the query that had it. */
interface ResultByWords {
  result: Result
  base: Query
}

async function resultByWords(
  connection: MeilisearchConnection,
  query: CheckedQuery,
  base: Query,
  words: number,
): Promise<ResultByWords> {
  const ofAllWords = { result: await resultOf(connection, query, base), base }
  const name = typedNameOf(query.words)
  if (words === 0 || name === undefined || (await isFoundOutsideReadmes(connection, ofAllWords.result, base))) return ofAllWords
  for (const q of [encodeWholeWord(name.joined), encodeWord(name.joined)]) {
    const byName = { ...base, q, attributesToSearchOn: [WHOLE_NAME] }
    const result = await resultOf(connection, query, byName)
    if (result.total > 0) return { result, base: byName }
  }
  if (words === 1 || ofAllWords.result.total > 0) return ofAllWords
  // Meilisearch leaves out the most frequent words first.
  const bySomeWords: Query = { ...base, matchingStrategy: 'frequency' }
  const result = await resultOf(connection, query, bySomeWords)
  return { result: { ...result, isRelaxed: result.total > 0 }, base: bySomeWords }
}

/** Repos that the whole text names stay first, then come the blended ones, then the other matches by words. */
async function withMeaning(
  connection: MeilisearchConnection,
  query: CheckedQuery,
  { result, base }: ResultByWords,
  meaning: QueryMeaning,
): Promise<Result> {
  const blended = await blendedDocuments(connection, base, meaning, conditionsOf(query))
  if (blended === undefined) return result
  const named = new Set((await namedDocuments(connection, query, base))?.keys)
  const [pinned, others] = [true, false].map((isNamed) =>
    blended.documents.filter(({ hubId }) => named.has(keyOf(hubId)) === isNamed),
  )
  const first = [...(pinned ?? []), ...(others ?? [])]
  const { offset, limit } = query
  const page = first.slice(offset, offset + limit)
  const rest: Query = {
    ...base,
    filter: [
      ...conditionsOf(query),
      `NOT ${isOneOf(
        PRIMARY_KEY,
        first.map(({ hubId }) => keyOf(hubId)),
      )}`,
    ],
    attributesToRetrieve: [...SHOWN],
    offset: Math.max(0, offset - first.length),
    limit: limit - page.length,
  }
  const answer = page.length === limit ? undefined : await multiSearch(connection, new Map([['rest', rest]]))
  return {
    ...result,
    total: result.total + blended.byMeaning.length,
    hits: [...page, ...(answer?.get('rest')?.hits ?? []).map(shownDocumentOf)],
    facets: withCounted(result.facets, blended.byMeaning, query.facetLimit),
    byMeaning: blended.byMeaning.length,
  }
}

/** Whether some document has all words without its README. Only asked if documents with a README are found. */
async function isFoundOutsideReadmes(
  connection: MeilisearchConnection,
  { total, hits }: Result,
  base: Query,
): Promise<boolean> {
  if (total === 0 || hits.some(({ readmeDigest }) => readmeDigest === null)) return total > 0
  const query = { ...base, attributesToSearchOn: WORD_ATTRIBUTES, attributesToRetrieve: [PRIMARY_KEY], limit: 1 }
  return ((await multiSearch(connection, new Map([['any', query]]))).get('any')?.hits.length ?? 0) > 0
}

async function resultOf(connection: MeilisearchConnection, query: CheckedQuery, base: Query): Promise<Result> {
  const { filters, facets } = query
  // Documents that match by meaning are added to the counts, so these must not be cut off before.
  const facetLimit = query.meaning === undefined ? query.facetLimit : MAX_FACET_VALUES
  const isRanked = base.sort === undefined && base.q !== ''
  const named = isRanked ? await namedDocuments(connection, query, base) : undefined
  const queries = new Map([...pageQueries(query, base, named), ...facetQueries(query, base), ...histogramQueries(query, base)])
  const answers = await multiSearch(connection, queries)

  const counts: SearchResult['facets'] = {}
  for (const field of facets) {
    const name = filters.has(field) ? field : 'total'
    const counted = { query: queries.get(name) ?? base, answer: answers.get(name) }
    counts[field] = await facetCounts(connection, counted, field, facetLimit)
  }
  const histograms: NonNullable<SearchResult['histograms']> = {}
  for (const field of query.histograms) {
    const countOf = (bucket: number) => answers.get(bucketName(field, bucket))?.totalHits ?? 0
    histograms[field] = bucketRanges(field).map((range, bucket) => ({ ...range, count: countOf(bucket) }))
  }
  const hits = ['named', 'rest', 'total'].flatMap((name) => answers.get(name)?.hits ?? [])
  return {
    ...{ total: answers.get('total')?.totalHits ?? 0, isRelaxed: false, hits: hits.map(shownDocumentOf), facets: counts },
    ...(query.histograms.length > 0 && { histograms }),
  }
}

/**
 * Queries for the page of hits, and for the total with the facets that have no filter of their own. Meilisearch returns exact
 * totals only with numbered pages; if the page has a number, one query serves both.
 */
function* pageQueries(
  { filters, ranges, facets, limit, offset }: CheckedQuery,
  base: Query,
  named: NamedDocuments | undefined,
): Generator<[string, Query]> {
  const isNumbered = named === undefined && limit > 0 && offset % limit === 0
  yield [
    'total',
    {
      ...base,
      attributesToRetrieve: [...SHOWN],
      facets: facets.filter((field) => !filters.has(field)).map(facetAttribute),
      page: isNumbered ? offset / limit + 1 : 1,
      hitsPerPage: isNumbered ? limit : 0,
    },
  ]
  if (isNumbered || limit === 0) return
  const keys = named?.keys ?? []
  const namedOnPage = Math.max(0, Math.min(limit, keys.length - offset))
  if (named !== undefined && namedOnPage > 0) {
    yield ['named', { ...named.query, attributesToRetrieve: [...SHOWN], offset, limit: namedOnPage }]
  }
  if (namedOnPage === limit) return
  yield [
    'rest',
    {
      ...base,
      filter: [
        ...filterExpressions(filters),
        ...rangeExpressions(ranges),
        ...(keys.length === 0 ? [] : [`NOT ${isOneOf(PRIMARY_KEY, keys)}`]),
      ],
      attributesToRetrieve: [...SHOWN],
      offset: Math.max(0, offset - keys.length),
      limit: limit - namedOnPage,
    },
  ]
}

/** For each facet with a filter of its own, a query without that filter. */
function* facetQueries({ filters, ranges, facets }: CheckedQuery, base: Query): Generator<[string, Query]> {
  for (const field of facets) {
    if (!filters.has(field)) continue
    yield [
      field,
      {
        ...base,
        filter: [...filterExpressions(filters, field), ...rangeExpressions(ranges)],
        facets: [facetAttribute(field)],
        page: 1,
        hitsPerPage: 0,
      },
    ]
  }
}

/** A query for each bucket, which only counts: Meilisearch has no histograms. */
function* histogramQueries({ filters, ranges, histograms }: CheckedQuery, base: Query): Generator<[string, Query]> {
  for (const field of histograms) {
    for (const [bucket, range] of bucketRanges(field).entries()) {
      const filter = [...filterExpressions(filters), ...rangeExpressions(ranges, field), ...boundExpressions(field, range)]
      yield [bucketName(field, bucket), { ...base, filter, page: 1, hitsPerPage: 0 }]
    }
  }
}

function bucketName(field: RangeField, bucket: number): string {
  return `${field} ${bucket}`
}
