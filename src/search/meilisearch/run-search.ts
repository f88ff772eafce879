import type { CheckedQuery } from '../checked-query.ts'
import type { SearchResult } from '../search-engine.ts'
import type { SearchSort } from '../search-fields.ts'
import { queryWordsOf, typedNameOf } from '../text/query-words.ts'
import type { MeilisearchConnection } from './connection.ts'
import { filterExpressions, isOneOf } from './encoding/filter.ts'
import { encodedText } from './encoding/query-text.ts'
import { PRIMARY_KEY, SHOWN, shownDocumentOf } from './encoding/stored-document.ts'
import { encodeWholeWord, encodeWord } from './encoding/word.ts'
import { facetAttribute, facetCounts } from './facet-counts.ts'
import { README_ATTRIBUTE, WHOLE_NAME, WORD_ATTRIBUTES } from './index-settings.ts'
import { multiSearch, type Query } from './multi-search.ts'
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
    filter: filterExpressions(query.filters),
    ...(sort === 'relevance' ? {} : { sort: [`${ATTRIBUTE[sort]}:desc`, 'order:asc'] }),
  }
  const byWords = await resultOf(connection, query, base)
  const name = typedNameOf(query.words)
  if (words.length === 0 || name === undefined || (await isFoundOutsideReadmes(connection, byWords, base))) return byWords
  for (const q of [encodeWholeWord(name.joined), encodeWord(name.joined)]) {
    const byName = await resultOf(connection, query, { ...base, q, attributesToSearchOn: [WHOLE_NAME] })
    if (byName.total > 0) return byName
  }
  if (words.length === 1 || byWords.total > 0) return byWords
  // Meilisearch leaves out the most frequent words first.
  const bySomeWords = await resultOf(connection, query, { ...base, matchingStrategy: 'frequency' })
  return { ...bySomeWords, isRelaxed: bySomeWords.total > 0 }
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
  const { filters, facets, facetLimit } = query
  const isRanked = base.sort === undefined && base.q !== ''
  const named = isRanked ? await namedDocuments(connection, query, base) : undefined
  const queries = new Map([...pageQueries(query, base, named), ...facetQueries(query, base)])
  const answers = await multiSearch(connection, queries)

  const counts: SearchResult['facets'] = {}
  for (const field of facets) {
    const name = filters.has(field) ? field : 'total'
    const counted = { query: queries.get(name) ?? base, answer: answers.get(name) }
    counts[field] = await facetCounts(connection, counted, field, facetLimit)
  }
  const hits = ['named', 'rest', 'total'].flatMap((name) => answers.get(name)?.hits ?? [])
  return { total: answers.get('total')?.totalHits ?? 0, isRelaxed: false, hits: hits.map(shownDocumentOf), facets: counts }
}

/**
 * Queries for the page of hits, and for the total with the facets that have no filter of their own. Meilisearch returns exact
 * totals only with numbered pages; if the page has a number, one query serves both.
 */
function* pageQueries(
  { filters, facets, limit, offset }: CheckedQuery,
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
      filter: [...filterExpressions(filters), ...(keys.length === 0 ? [] : [`NOT ${isOneOf(PRIMARY_KEY, keys)}`])],
      attributesToRetrieve: [...SHOWN],
      offset: Math.max(0, offset - keys.length),
      limit: limit - namedOnPage,
    },
  ]
}

/** For each facet with a filter of its own, a query without that filter. */
function* facetQueries({ filters, facets }: CheckedQuery, base: Query): Generator<[string, Query]> {
  for (const field of facets) {
    if (!filters.has(field)) continue
    yield [
      field,
      { ...base, filter: filterExpressions(filters, field), facets: [facetAttribute(field)], page: 1, hitsPerPage: 0 },
    ]
  }
}
