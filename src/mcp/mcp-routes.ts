import { createMcpHandler } from '@modelcontextprotocol/server'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { closeSignal } from '../server/http/close-signal.ts'
import { keepOpen } from '../server/http/keep-open.ts'
import { apiCaller, type Caller } from './api-caller.ts'
import { createMcpServer } from './mcp-server.ts'

/** The headers by which the server decides who may do what. */
const ACCESS_HEADERS = ['authorization', 'origin', 'sec-fetch-site'] as const

/**
 * MCP over streamable HTTP. Each request gets a server of its own, so that any process behind a proxy can answer it. Tools call
 * the HTTP API as the client, with its token and address.
 *
 * @param options.timeoutMs the longest time that a query may take
 */
export async function mcpRoutes(app: FastifyInstance, { timeoutMs }: { timeoutMs: number }): Promise<void> {
  app.route({
    method: ['GET', 'POST', 'DELETE'],
    url: '/mcp',
    config: { access: 'read' },
    // A compressor would hold back events.
    ...{ compress: false },
    handler: async (request, reply) => {
      const { signal } = closeSignal(app, reply)
      keepOpen(reply, timeoutMs)
      const client = clientOf(request)
      const { fetch } = createMcpHandler(
        () => createMcpServer((canceled) => apiCaller(app, { ...client, signal: AbortSignal.any([signal, canceled]) })),
        // Nothing here changes that a client could subscribe to.
        { maxSubscriptions: 0 },
      )
      return reply.send(await fetch(webRequestOf(request, signal), { parsedBody: request.body }))
    },
  })
}

function clientOf({ headers, host, ip }: FastifyRequest): Omit<Caller, 'signal'> {
  const given = ACCESS_HEADERS.flatMap((name) => (headers[name] === undefined ? [] : [[name, String(headers[name])]]))
  return { headers: { ...Object.fromEntries(given), host }, address: ip }
}

/** The body is not part of it, because it is parsed already. */
function webRequestOf({ method, headers }: FastifyRequest, signal: AbortSignal): Request {
  const entries = Object.entries(headers).map(([name, value]) => [name, String(value)] as [string, string])
  return new Request('http://localhost/mcp', { method, headers: entries, signal })
}
