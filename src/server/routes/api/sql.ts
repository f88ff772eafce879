import type { FastifyInstance } from 'fastify'
import PQueue from 'p-queue'
import { bindParameters, InvalidParameter, readParameters } from '../../../analytics/queries/bind-parameters.ts'
import { findNamedQuery, NAMED_QUERIES } from '../../../analytics/queries/named-queries.ts'
import type { NamedQuery } from '../../../analytics/queries/named-query.ts'
import type { QueryResult } from '../../../analytics/query-result.ts'
import { type QueryLimits, runQuery } from '../../../analytics/sql-runner.ts'
import { listViews } from '../../../analytics/views.ts'
import { renderJsonRows } from '../../../output/json.ts'
import { InvalidSearch } from '../../../search/invalid-search.ts'
import { readValueList } from '../../../search/value-list.ts'
import { queriesRoute, queryRoute } from '../../api/queries.ts'
import { sqlRoute, viewsRoute } from '../../api/sql.ts'
import { type ApiRequest, addRoute } from '../../http/add-route.ts'
import { sendFile, sendTagged, tableOf, wantedFile } from '../../http/answer.ts'
import { keepOpen } from '../../http/keep-open.ts'
import { HttpProblem } from '../../http/problem.ts'
import type { ApiOptions } from './api-options.ts'

/** Queries at once. Each holds a connection to the catalog, which everything else needs, too. */
const CONCURRENCY = 3
const MAX_WAITING = 30
/** Parsing takes many times the length of a text in memory; the runner refuses longer ones. */
const MAX_BODY_BYTES = 1_100_000

export function sqlRoutes(app: FastifyInstance, { catalog, sqlLimits }: ApiOptions): void {
  const queue = new PQueue({ concurrency: CONCURRENCY })

  async function answerQuery(text: string, limits: QueryLimits, request: ApiRequest<typeof sqlRoute | typeof queryRoute>) {
    const { signal, reply } = request
    if (queue.size >= MAX_WAITING) {
      reply.header('retry-after', '5')
      throw new HttpProblem(503, 'too-many-queries', `${MAX_WAITING} queries wait already. Try again in a few seconds.`)
    }
    keepOpen(reply, limits.timeoutMs)
    const startedAt = performance.now()
    const run = async () => await runQuery(catalog.pool, text, limits, { signal })
    const result = await queue.add(run, { signal })
    return answerOf(result, performance.now() - startedAt, request)
  }

  app.register(async (scope) => {
    scope.addHook('onRoute', (route) => {
      route.bodyLimit = MAX_BODY_BYTES
    })
    addRoute(scope, sqlRoute, async (request) => {
      const { sql, maxRows = sqlLimits.maxRows, timeoutMs = sqlLimits.timeoutMs } = request.body
      const limits = {
        ...sqlLimits,
        maxRows: Math.min(maxRows, sqlLimits.maxRows),
        timeoutMs: Math.min(timeoutMs, sqlLimits.timeoutMs),
      }
      return await answerQuery(sql, limits, request)
    })
  })

  addRoute(app, viewsRoute, async () => ({ views: await listViews(catalog.pool), limits: sqlLimits }))

  addRoute(
    app,
    queriesRoute,
    async () => ({ queries: NAMED_QUERIES.map(({ parameters = [], ...query }) => ({ ...query, parameters })) }),
    {
      table: ({ queries }: { queries: object[] }) => tableOf(queries, ['name', 'title', 'sql']),
      name: 'queries',
    },
  )

  addRoute(app, queryRoute, async (request) => {
    const query = findNamedQuery(request.params.name)
    if (query !== undefined) return await answerQuery(await boundQuery(query, request.query.set), sqlLimits, request)
    const names = NAMED_QUERIES.map(({ name }) => name).join(', ')
    throw new HttpProblem(404, 'not-found', `There is no query of that name. Expected one of ${names}.`)
  })
}

async function boundQuery(query: NamedQuery, settings: readonly string[]): Promise<string> {
  try {
    return bindParameters(query, await readParameters(query, settings, readValueList), new Date())
  } catch (error) {
    if (error instanceof InvalidParameter || error instanceof InvalidSearch)
      throw new HttpProblem(400, 'invalid-request', error.message)
    throw error
  }
}

function answerOf(
  result: QueryResult,
  tookMs: number,
  { query, request, reply }: ApiRequest<typeof sqlRoute | typeof queryRoute>,
): unknown {
  const { columns, rows, truncatedBy } = result
  if (truncatedBy !== undefined) reply.header('hubdex-truncated-by', truncatedBy)
  if (query.format === 'rows') {
    reply.type('application/json; charset=utf-8')
    sendTagged(request, reply, renderJsonRows(result))
    return undefined
  }
  const file = wantedFile(request)
  if (file !== undefined) {
    sendFile(request, reply, file, result, 'query')
    return undefined
  }
  return { columns, rows, truncatedBy: truncatedBy ?? null, tookMs: Math.round(tookMs * 10) / 10 }
}
