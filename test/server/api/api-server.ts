import type { FastifyInstance } from 'fastify'
import { Agent, type Dispatcher, request } from 'undici'
import { expect } from 'vitest'
import type { z } from 'zod'
import { mcpRoutes } from '../../../src/mcp/mcp-routes.ts'
import { ActiveIndexGuard } from '../../../src/search/indexing/active-index-guard.ts'
import { PostgresSearchEngine } from '../../../src/search/postgres/engine.ts'
import { problem } from '../../../src/server/api/problems.ts'
import { createServer, type ServerOptions } from '../../../src/server/server.ts'
import type { ServerEvent } from '../../../src/telemetry/events.ts'
import { createMetrics } from '../../../src/telemetry/metrics/metrics.ts'
import type { TestCatalog } from '../../support/catalog/catalog.ts'

interface ApiAnswer {
  status: number
  headers: Record<string, string | string[] | undefined>
  text: string
  bytes: Buffer
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers of all shapes.
  json: any
}

export interface ApiServer extends AsyncDisposable {
  app: FastifyInstance
  url: string
  events: ServerEvent[]
  get(path: string, headers?: Record<string, string>): Promise<ApiAnswer>
  post(path: string, body: unknown, headers?: Record<string, string>): Promise<ApiAnswer>
  /** Gets an answer with status 200 that fits its schema. */
  read<Schema extends z.ZodType>(schema: Schema, path: string): Promise<z.output<Schema>>
}

/** A server over a catalog, reached by real HTTP. */
export async function startApi(
  catalog: Pick<TestCatalog, 'db' | 'connection'>,
  endpoint: string,
  options: Partial<ServerOptions> & { sqlTimeoutMs?: number } = {},
): Promise<ApiServer> {
  const events: ServerEvent[] = []
  const { db, connection } = catalog
  const { sqlTimeoutMs = 20_000, ...more } = options
  const app = createServer({
    about: { version: '1.2.3', endpoint },
    health: { pingDatabase: async () => undefined },
    metrics: createMetrics({ role: 'serve', version: '1.2.3' }),
    status: () => Promise.resolve({}),
    webhook: { secret: undefined, refresh: () => Promise.resolve() },
    board: { token: undefined },
    emit: (event) => events.push(event),
    api: {
      catalog: { db, pool: connection.pool, search: new ActiveIndexGuard(db, new PostgresSearchEngine(connection)) },
      endpoint,
      sqlLimits: { timeoutMs: sqlTimeoutMs, maxRows: 1_000, maxBytes: 16 * 1024 * 1024 },
    },
    ...more,
  })
  app.register(mcpRoutes, { timeoutMs: sqlTimeoutMs })
  const url = await app.listen({ host: '127.0.0.1', port: 0 })
  const dispatcher = new Agent({ connections: 64 })

  async function ask(path: string, given: { method?: Dispatcher.HttpMethod; headers?: Record<string, string>; body?: string }) {
    const { statusCode, headers, body } = await request(`${url}${path}`, { dispatcher, ...given })
    const bytes = Buffer.from(await body.arrayBuffer())
    const text = bytes.toString()
    const isJson = String(headers['content-type']).includes('json') && text !== ''
    const answer: ApiAnswer = { status: statusCode, headers, text, bytes, json: isJson ? JSON.parse(text) : undefined }
    if (answer.status >= 400) {
      expect([path, headers['content-type']]).toEqual([path, expect.stringContaining('application/problem+json')])
      expect(problem.parse(answer.json)).toMatchObject({ status: answer.status })
    }
    return answer
  }

  const get: ApiServer['get'] = (path, headers = {}) => ask(path, { headers })
  return {
    ...{ app, url, events, get },
    post: (path, body, headers = {}) =>
      ask(path, { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body: JSON.stringify(body) }),
    read: async (schema, path) => {
      const { status, text, json } = await get(path)
      expect([path, status, status === 200 ? '' : text]).toEqual([path, 200, ''])
      return schema.parse(json)
    },
    [Symbol.asyncDispose]: async () => {
      await app.close()
      await dispatcher.destroy()
    },
  }
}
