import compress from '@fastify/compress'
import cors from '@fastify/cors'
import rateLimit from '@fastify/rate-limit'
import type { FastifyInstance } from 'fastify'
import type { ServerEvent } from '../telemetry/events.ts'
import { singleFlight } from '../util/single-flight.ts'
import { createApp } from './create-app.ts'
import { limitQueries } from './http/limit-queries.ts'
import { HttpProblem } from './http/problem.ts'
import { addReadPositions, POSITION, type Replica } from './http/read-position.ts'
import { type MirrorOptions, mirrorRoutes } from './mirror/mirror-routes.ts'
import { pageRoutes } from './page/page-routes.ts'
import { type ApiParts, apiRoutes } from './routes/api/api-routes.ts'
import { type About, homePage, PLAIN_STYLE } from './routes/home-page.ts'
import { type OperatorRoutesOptions, operatorRoutes } from './routes/operator-routes.ts'
import { type QueueBoardOptions, queueBoardRoutes } from './routes/queue-board.ts'
import { signInRoute } from './routes/sign-in.ts'
import { type WebhookOptions, webhookRoutes } from './routes/webhook-routes.ts'
import { type AccessRules, protect } from './security/access.ts'
import { clientNetworkOf } from './security/client-network.ts'
import type { ServerAccess } from './security/host-check.ts'

export interface ServerOptions extends OperatorRoutesOptions {
  about: About
  /** The status of the catalog, as `hubdex status --json` prints it. */
  status(): Promise<unknown>
  webhook: Omit<WebhookOptions, 'emit'>
  board: Omit<QueueBoardOptions, 'emit'>
  /** What the HTTP API answers from; without it there is no API. */
  api?: ApiParts | undefined
  /** Without it, the Hub's API is not served. */
  mirror?: Omit<MirrorOptions, 'basePath'> | undefined
  /** The replica that API and mirror read from. @default none */
  replica?: Replica | undefined
  emit(event: ServerEvent): void
  /** @default only this machine */
  access?: ServerAccess | undefined
  /** @default no token is needed */
  rules?: AccessRules | undefined
  /** Requests per minute and network of clients; 0 for any number. @default 0 */
  requestsPerMinute?: number | undefined
  /** The path that a proxy puts before all paths, such as `/hubdex`. @default none */
  basePath?: string | undefined
  /** How long the queries of one request may take, other than SQL. @default 30,000 */
  maxQueriesMs?: number | undefined
}

const OPEN: AccessRules = { token: undefined, isReadingClosed: false, isSqlClosed: false }
/** Shorter responses gain nothing. */
const MIN_COMPRESSED_BYTES = 1_024

/** The server of `hubdex up` and `hubdex serve`, not yet listening. */
export function createServer(options: ServerOptions): FastifyInstance {
  const {
    about,
    status,
    webhook,
    board,
    api,
    mirror,
    replica,
    emit,
    rules = OPEN,
    requestsPerMinute = 0,
    basePath = '',
    maxQueriesMs,
    ...operator
  } = options
  const app = createApp({ emit, access: options.access, basePath })
  const access = protect(app, { ...rules, basePath, report: (count) => emit({ type: 'sign-ins-refused', count }) })
  const stopped = new AbortController()
  app.decorate('stopSignal', stopped.signal)
  app.decorate('basePath', basePath)
  app.addHook('preClose', async () => stopped.abort(new Error('The server stops.')))

  app.register(compress, { threshold: MIN_COMPRESSED_BYTES, encodings: ['br', 'gzip', 'deflate'] })
  if (rules.corsOrigins !== undefined && rules.corsOrigins.length > 0) {
    app.register(cors, { origin: [...rules.corsOrigins], methods: ['GET', 'POST'], exposedHeaders: ['link', 'etag', POSITION] })
  }
  if (requestsPerMinute > 0) {
    app.register(rateLimit, {
      max: requestsPerMinute,
      timeWindow: 60_000,
      keyGenerator: (request) => clientNetworkOf(request.ip),
      allowList: (request) => request.routeOptions.config.access === 'open' || access.isSignedIn(request),
      errorResponseBuilder: (_request, { max, after }) =>
        new HttpProblem(429, 'rate-limited', `More than ${max} requests came from your network in a minute. Wait ${after}.`),
    })
  }
  // After the plugins above, which watch for routes.
  app.register(async (routes) => {
    routes.get('/plain.css', { config: { access: 'open' } }, (_request, reply) => reply.type('text/css').send(PLAIN_STYLE))
    const readStatus = singleFlight(status)
    routes.get('/api/status', () => readStatus())
    routes.register(operatorRoutes, operator)
    routes.register(signInRoute, { basePath })
    if (api === undefined) {
      routes.get('/', (_request, reply) => reply.type('text/html; charset=utf-8').send(homePage(about, basePath)))
      return
    }
    routes.register(async (limited) => {
      limitQueries(limited, maxQueriesMs)
      limited.register(async (reads) => {
        if (replica !== undefined) addReadPositions(reads, replica)
        reads.register(apiRoutes, { ...api, about, status, access, basePath })
        if (mirror !== undefined) reads.register(mirrorRoutes, { ...mirror, basePath })
      })
      limited.register(pageRoutes, { ...api, basePath })
    })
  })
  app.register(webhookRoutes, { ...webhook, emit })
  app.register(queueBoardRoutes, { ...board, emit })
  return app
}
