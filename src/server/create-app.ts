import { type FastifyInstance, fastify } from 'fastify'
import { reasonOf } from '../catalog/database-advice.ts'
import type { ServerEvent } from './operation-events.ts'

/** A request that has not come whole by then never will. */
const REQUEST_TIMEOUT_MS = 30_000

/** What all our servers have in common: no details of a failure to strangers, and sentences where there is nothing. */
export function createApp(tell: (event: ServerEvent) => void): FastifyInstance {
  const app = fastify({
    forceCloseConnections: 'idle',
    requestTimeout: REQUEST_TIMEOUT_MS,
    routerOptions: { maxParamLength: 500 },
  })
  app.setErrorHandler((error, request, reply) => {
    const { statusCode = 500, message } = error as Error & { statusCode?: number }
    if (statusCode < 500) return reply.code(statusCode).send({ error: message })
    tell({ type: 'request-failed', method: request.method, path: request.url.slice(0, 200), reason: reasonOf(error) })
    return reply.code(500).send({ error: 'This request failed; the reason is in the log of the server.' })
  })
  app.setNotFoundHandler((_request, reply) =>
    reply.code(404).send({ error: 'There is nothing here. / lists what there is.' }),
  )
  return app
}
