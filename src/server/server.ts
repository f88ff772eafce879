import { type FastifyInstance, fastify } from 'fastify'
import { examineHealth, type HealthProbes } from './health.ts'
import { type About, homePage } from './home-page.ts'
import { oneLook } from './one-look.ts'
import { type WebhookOptions, webhookRoutes } from './webhook-routes.ts'

export interface ServerOptions {
  about: About
  health: HealthProbes
  /** The catalogue's freshness and coverage, as `hubdex status --json` prints it. */
  status(): Promise<unknown>
  webhook: WebhookOptions
  log(text: string): void
}

/** Nothing here loads anything from elsewhere, nor may be shown inside another page. */
const PAGE_HEADERS = {
  'content-type': 'text/html; charset=utf-8',
  'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
}

/** A request that has not come whole by then never will. */
const REQUEST_TIMEOUT_MS = 30_000

/** The server of `hubdex up`, not yet listening. */
export function createServer({ about, health, status, webhook, log }: ServerOptions): FastifyInstance {
  const app = fastify({
    forceCloseConnections: 'idle',
    requestTimeout: REQUEST_TIMEOUT_MS,
    routerOptions: { maxParamLength: 500 },
  })
  app.setErrorHandler((error, request, reply) => {
    const { statusCode = 500, message } = error as Error & { statusCode?: number }
    if (statusCode < 500) return reply.code(statusCode).send({ error: message })
    log(`${request.method} ${request.url.slice(0, 200)} failed: ${message}`)
    return reply.code(500).send({ error: 'This request failed; the reason is in the log of the server.' })
  })
  app.setNotFoundHandler((_request, reply) =>
    reply.code(404).send({ error: 'There is nothing here. / lists what there is.' }),
  )

  app.get('/', (_request, reply) => reply.headers(PAGE_HEADERS).send(homePage(about)))
  const examine = oneLook(() => examineHealth(health))
  app.get('/health', async (_request, reply) => {
    const found = await examine()
    return await reply.code(found.status === 'ok' ? 200 : 503).send(found)
  })
  const readStatus = oneLook(status)
  app.get('/api/status', () => readStatus())
  app.register(webhookRoutes, webhook)
  return app
}
