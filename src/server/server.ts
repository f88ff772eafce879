import type { FastifyInstance } from 'fastify'
import type { ServerEvent } from '../telemetry/events.ts'
import { singleFlight } from '../util/single-flight.ts'
import { createApp } from './create-app.ts'
import { type MirrorOptions, mirrorRoutes } from './mirror/mirror-routes.ts'
import { type About, homePage } from './routes/home-page.ts'
import { type OperatorRoutesOptions, operatorRoutes } from './routes/operator-routes.ts'
import { type QueueBoardOptions, queueBoardRoutes } from './routes/queue-board.ts'
import { type WebhookOptions, webhookRoutes } from './routes/webhook-routes.ts'
import type { ServerAccess } from './security/host-check.ts'

export interface ServerOptions extends OperatorRoutesOptions {
  about: About
  /** The status of the catalog, as `hubdex status --json` prints it. */
  status(): Promise<unknown>
  webhook: Omit<WebhookOptions, 'emit'>
  board: Omit<QueueBoardOptions, 'emit'>
  /** Without it, the Hub's API is not served. */
  mirror?: MirrorOptions | undefined
  emit(event: ServerEvent): void
  /** @default only this machine */
  access?: ServerAccess | undefined
}

/** The page loads nothing from other sites, and must not be framed. */
const PAGE_HEADERS = {
  'content-type': 'text/html; charset=utf-8',
  'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
}

/** The server of `hubdex up` and `hubdex serve`, not yet listening. */
export function createServer(options: ServerOptions): FastifyInstance {
  const { about, status, webhook, board, mirror, emit, access, ...operator } = options
  const app = createApp(emit, access)
  app.get('/', (_request, reply) => reply.headers(PAGE_HEADERS).send(homePage(about)))
  const readStatus = singleFlight(status)
  app.get('/api/status', () => readStatus())
  app.register(operatorRoutes, operator)
  app.register(webhookRoutes, { ...webhook, emit })
  app.register(queueBoardRoutes, { ...board, emit })
  if (mirror !== undefined) app.register(mirrorRoutes, mirror)
  return app
}
