import type { CheckedQuery } from '../checked-query.ts'
import type { SearchResult } from '../search-engine.ts'
import type { SearchSort } from '../search-fields.ts'
import { queryWordsOf } from '../text/query-words.ts'
import type { MeilisearchConnection } from './connection.ts'
import { filterExpressions, isOneOf } from './encoding/filter.ts'
import { PRIMARY_KEY, SHOWN, shownDocumentOf } from './encoding/stored-document.ts'
import { encodeWord } from './encoding/word.ts'
import { facetAttribute, facetCounts } from './facet-counts.ts'
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

/** Answers a query. */
export async function runSearch(connection: MeilisearchConnection, query: CheckedQuery): Promise<Omit<SearchResult, 'tookMs'>> {
  const { filters, facets, facetLimit } = query
  const words = queryWordsOf(query.words)
  const sort = query.sort ?? (words.length > 0 ? 'relevance' : 'trending')
  const base: Query = {
    indexUid: connection.index.uid,
    q: textOf(words),
    matchingStrategy: 'all',
    filter: filterExpressions(filters),
    ...(sort === 'relevance' ? {} : { sort: [`${ATTRIBUTE[sort]}:desc`, 'order:asc'] }),
  }
  const named = sort === 'relevance' && words.length > 0 ? await namedDocuments(connection, query, base) : undefined
  const queries = new Map([...pageQueries(query, base, named), ...facetQueries(query, base)])
  const answers = await multiSearch(connection, queries)

  const counts: SearchResult['facets'] = {}
  for (const field of facets) {
    const name = filters.has(field) ? field : 'total'
    const counted = { query: queries.get(name) ?? base, answer: answers.get(name) }
    counts[field] = await facetCounts(connection, counted, field, facetLimit)
  }
  const hits = ['named', 'rest', 'total'].flatMap((name) => answers.get(name)?.hits ?? [])
  return { total: answers.get('total')?.totalHits ?? 0, hits: hits.map(shownDocumentOf), facets: counts }
}

/** The encoded words, with the prefix last. */
function textOf(words: ReturnType<typeof queryWordsOf>): string {
  const ordered = [...words.filter(({ isPrefix }) => !isPrefix), ...words.filter(({ isPrefix }) => isPrefix)]
  return ordered.map(({ word }) => encodeWord(word)).join(' ')
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
