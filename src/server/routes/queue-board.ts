import { createBullBoard } from '@bull-board/api'
import { FastifyAdapter } from '@bull-board/fastify'
import type { FastifyInstance } from 'fastify'
import type { BoardQueues } from '../../queue/bullmq/board-queues.ts'
import { QueueUnavailable } from '../../queue/queue-unavailable.ts'
import type { ServerEvent } from '../../telemetry/events.ts'
import { singleFlight } from '../../util/single-flight.ts'
import { operatorSignIn } from '../security/operator-sign-in.ts'

export interface QueueBoardOptions {
  /** If undefined, there is no dashboard. */
  token: string | undefined
  /** Opens the queues to show; absent if the queue is in the process. Called again after a failure. */
  openQueues?: (() => Promise<BoardQueues>) | undefined
  emit(event: ServerEvent): void
  /** Milliseconds, never backwards. @default performance.now */
  now?: () => number
}

const BOARD_PATH = '/queues'

const NO_TOKEN =
  'There is no dashboard because no token is set. Set HUBDEX_OPERATOR_TOKEN to the token that the operator signs in with.'
const NO_QUEUE =
  'There is no shared queue: tasks are queued in the process. Set REDIS_URL, or HUBDEX_QUEUE=postgres, to share them.'

/** The page loads its own scripts, but nothing from other sites; its fonts fall back to system fonts. */
const HEADERS = {
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self'; " +
    "connect-src 'self'; base-uri 'self'; form-action 'none'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  // No cache may store the contents of queues.
  'cache-control': 'private, no-store',
}

/**
 * What the operator may do: retry, promote, pause or remove tasks. That is safe, because the catalog knows what must be done.
 * Adding tasks by hand and changing settings of queues are not safe: workers do not expect either.
 */
const ACTIONS = [
  '/api/queues/pause',
  '/api/queues/resume',
  '/api/queues/:queueName/pause',
  '/api/queues/:queueName/resume',
  '/api/queues/:queueName/retry/:queueStatus',
  '/api/queues/:queueName/promote',
  '/api/queues/:queueName/clean/:queueStatus',
  '/api/queues/:queueName/empty',
  '/api/queues/:queueName/rate-limit/release',
  '/api/queues/:queueName/:jobId/retry',
  '/api/queues/:queueName/:jobId/promote',
  '/api/queues/:queueName/:jobId/clean',
]

/** The queue dashboard under `/queues`, behind the operator's token. */
export async function queueBoardRoutes(app: FastifyInstance, options: QueueBoardOptions): Promise<void> {
  const { token, openQueues, emit, now } = options
  const adapter = new FastifyAdapter()
  const board = createBullBoard({
    queues: [],
    serverAdapter: adapter,
    options: {
      uiConfig: { boardTitle: 'hubdex queues', hideDocsLink: true },
      handlerHooks: {
        before: ({ method, route }) =>
          method === 'get' || ACTIONS.includes(route)
            ? { allow: true }
            : { allow: false, status: 403, message: 'hubdex does not allow this: it would confuse the workers.' },
      },
    },
  })
  let opened: BoardQueues | undefined
  const open = singleFlight(async () => {
    if (openQueues === undefined || opened !== undefined) return
    opened = await openQueues()
    // Imported late, because the adapter loads BullMQ, which only a shared queue needs.
    const { BullMQAdapter } = await import('@bull-board/api/bullMQAdapter')
    board.setQueues(opened.queues.map((queue) => new BullMQAdapter(queue)))
  })
  app.addHook('onClose', () => opened?.close())

  const refusalOf =
    token === undefined
      ? undefined
      : operatorSignIn({ token, report: (count) => emit({ type: 'sign-ins-refused', count }), ...(now && { now }) })
  app.addHook('onRequest', async (request, reply) => {
    reply.headers(HEADERS).type('text/plain; charset=utf-8')
    if (refusalOf === undefined) return reply.code(403).send(NO_TOKEN)
    const refusal = refusalOf(request, reply)
    if (refusal !== undefined) return reply.send(refusal)
    if (openQueues === undefined) return reply.code(404).send(NO_QUEUE)
    try {
      await open()
    } catch (error) {
      if (!(error instanceof QueueUnavailable)) throw error
      return reply.code(503).send(error.message)
    }
    reply.removeHeader('content-type')
  })
  app.register(adapter.registerPlugin(), { prefix: BOARD_PATH })
}
