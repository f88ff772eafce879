import type { FastifyInstance } from 'fastify'
import { z } from 'zod'
import { endpointsOf, searchCatalog } from '../../../search/catalog-search.ts'
import { type CheckedQuery, checkedQuery } from '../../../search/checked-query.ts'
import { facetValues } from '../../../search/facet-values.ts'
import { readFacets, readFilters, readHistograms } from '../../../search/read-search.ts'
import { searchReport } from '../../../search/search-report.ts'
import { suggest } from '../../../search/suggest/suggest.ts'
import { suggestReport } from '../../../search/suggest/suggest-report.ts'
import { facetRoute } from '../../api/facets.ts'
import type { AnswerOf } from '../../api/route.ts'
import { searchRoute } from '../../api/search.ts'
import { suggestRoute } from '../../api/suggest.ts'
import { addRoute } from '../../http/add-route.ts'
import { tableOf } from '../../http/answer.ts'
import { cursorsOf } from '../../http/cursor.ts'
import { HttpProblem } from '../../http/problem.ts'
import type { ApiOptions } from './api-options.ts'
import { kindNamed } from './named-repo.ts'

/** Deeper pages would cost more and more; SQL lists everything. */
const MAX_DEPTH = 100_000

interface Searched {
  q: string
  kind: string[]
  filter: string[]
}

/** What to search, as on the command line. @throws InvalidSearch */
export function searchedQuery({ q, kind, filter }: Searched, more: Parameters<typeof checkedQuery>[0] = {}): CheckedQuery {
  return checkedQuery({ words: q, ...readFilters(filter, kind), ...more })
}

export function searchRoutes(app: FastifyInstance, { catalog, endpoint }: ApiOptions): void {
  addRoute(
    app,
    searchRoute,
    async ({ query }) => {
      const { q, kind, filter, sort, facet, facetLimit, histogram, limit, cursor, explain, semantic } = query
      const cursors = cursorsOf(['search', q, kind, filter, sort ?? null, semantic], z.int().min(0))
      const offset = cursor === undefined ? 0 : cursors.read(cursor)
      if (offset >= MAX_DEPTH) {
        throw new HttpProblem(
          400,
          'invalid-cursor',
          `The first ${MAX_DEPTH} hits can be listed. Narrow the search, or use SQL.`,
        )
      }
      const checked = searchedQuery(
        { q, kind, filter },
        {
          ...(sort === undefined ? {} : { sort }),
          ...{ facets: readFacets(facet), facetLimit, histograms: readHistograms(histogram), limit, offset, explain },
        },
      )
      const endpoints = await endpointsOf(catalog.db, endpoint)
      const found = await searchCatalog(catalog, checked, endpoints, semantic)
      const report = searchReport(found.query, found.result, found.semantic)
      const next = offset + report.hits.length
      const isLast = report.hits.length === 0 || next >= report.total || next >= MAX_DEPTH
      return {
        ...report,
        ...(found.unknown.length > 0 && {
          unknownValues: found.unknown.map(({ field, value, meant }) => ({ field, value, meant: meant ?? null })),
        }),
        nextCursor: isLast ? null : cursors.write(next),
      }
    },
    {
      table: ({ hits }: AnswerOf<typeof searchRoute>) => tableOf(hits, hits.length === 0 ? ['kind', 'id'] : undefined),
      name: 'search',
    },
  )

  addRoute(
    app,
    facetRoute,
    async ({ params: { field }, query: { q, kind, filter, contains, limit } }) => {
      const checked = searchedQuery({ q, kind, filter }, { facets: readFacets([field]), limit: 0 })
      return await facetValues(catalog, checked, { contains, limit })
    },
    { table: ({ values }: AnswerOf<typeof facetRoute>) => tableOf(values, ['value', 'count']), name: 'facet' },
  )

  addRoute(
    app,
    suggestRoute,
    async ({ query: { prefix, kind, limit } }) => {
      const startedAt = performance.now()
      const query = { prefix, kind: kind === undefined ? undefined : kindNamed(kind), limit }
      return suggestReport(query, await suggest(catalog.search, query), performance.now() - startedAt)
    },
    { table: ({ suggestions }: AnswerOf<typeof suggestRoute>) => tableOf(suggestions, SUGGESTED), name: 'suggest' },
  )
}

const SUGGESTED = ['type', 'value', 'kind', 'label', 'count', 'downloads', 'likes']
