import { type FastifyInstance, fastify } from 'fastify'
import { describeError } from '../catalog/postgres/errors.ts'
import type { ServerEvent } from '../telemetry/events.ts'
import { hostCheck, type ServerAccess } from './security/host-check.ts'

/** A request that has not come whole by then never will. */
const REQUEST_TIMEOUT_MS = 30_000

/** Nobody else's names, and nobody between. */
const LOCAL_ACCESS: ServerAccess = { host: '127.0.0.1', allowedHosts: [], trustedProxies: [] }

/** What all our servers have in common: no details of a failure to strangers, and sentences where there is nothing. */
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
    // Without the query, in which people put tokens.
    const path = request.url.replace(/[?#].*$/s, '').slice(0, 200)
    emit({ type: 'request-failed', method: request.method, path, reason: describeError(error) })
    return reply.code(500).send({ error: 'This request failed; the reason is in the log of the server.' })
  })
  app.setNotFoundHandler((_request, reply) =>
    reply.code(404).send({ error: 'There is nothing here. / lists what there is.' }),
  )
  return app
}
