import { type FastifyInstance, fastify } from 'fastify'
import { describeError } from '../catalog/postgres/errors.ts'
import type { ServerEvent } from '../telemetry/events.ts'
import { hostCheck, type ServerAccess } from './security/host-check.ts'

/** Time for a request to arrive completely. */
const REQUEST_TIMEOUT_MS = 30_000

/** No other host names, and no proxies. */
const LOCAL_ACCESS: ServerAccess = { host: '127.0.0.1', allowedHosts: [], trustedProxies: [] }

/** The base of all servers. It hides details of failures from clients, and answers unknown paths with a sentence. */
export function createApp(emit: (event: ServerEvent) => void, access: ServerAccess = LOCAL_ACCESS): FastifyInstance {
  const app = fastify({
    forceCloseConnections: 'idle',
    requestTimeout: REQUEST_TIMEOUT_MS,
    routerOptions: { maxParamLength: 500 },
    trustProxy: access.trustedProxies.length > 0 && [...access.trustedProxies],
  })
  app.addHook('onRequest', hostCheck(access))
  app.setErrorHandler((error, request, reply) => {
    const { statusCode = 500, message } = error as Error & { statusCode?: number }
    if (statusCode < 500) return reply.code(statusCode).send({ error: message })
    // Without the query, which may contain tokens.
    const path = request.url.replace(/[?#].*$/s, '').slice(0, 200)
    emit({ type: 'request-failed', method: request.method, path, reason: describeError(error) })
    return reply.code(500).send({ error: 'The request failed; the log of the server has the reason.' })
  })
  app.setNotFoundHandler((_request, reply) => reply.code(404).send({ error: 'Not found. / lists what exists.' }))
  return app
}
