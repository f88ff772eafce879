import { setTimeout as delay } from 'node:timers/promises'
import type { FastifyInstance } from 'fastify'
import { describeError } from '../../catalog/postgres/errors.ts'
import type { RefreshRequest } from '../../catalog/processes/refresh-queue.ts'
import { holdsMoreValues } from '../../hub/http/answer-bounds.ts'
import type { ServerEvent } from '../../telemetry/events.ts'
import { RateLimitedReport } from '../security/rate-limited-report.ts'
import { secretCheck } from '../security/secret-check.ts'
import { leaveBodyUnread } from '../util/unread-body.ts'
import { WriteBatcher } from '../util/write-batcher.ts'
import { readWebhook } from './read-webhook.ts'

export interface WebhookOptions {
  /** If undefined, every delivery is refused. */
  secret: string | undefined
  /** Enqueues repos to refresh, and resolves when they would survive a crash. The response may be sent earlier. */
  refresh(requests: readonly RefreshRequest[]): Promise<void>
  emit(event: ServerEvent): void
  /** Milliseconds, never backwards. @default performance.now */
  now?: () => number
}

/** Recorded deliveries have 1 to 3 KB, but a comment may be long. */
const MAX_BODY_BYTES = 1024 * 1024
/** Recorded deliveries have about 60. */
const MAX_BODY_VALUES = 10_000
/** The Hub need not wait longer. During a first crawl, an embedded catalog may take two seconds to write a row. */
const LONGEST_ANSWER_MS = 50
const MAX_WAITING = 10_000

const NO_SECRET =
  'Webhooks are refused because no secret is set. Set HUBDEX_WEBHOOK_SECRET to the secret of your webhook on the Hub.'
const WRONG_SECRET =
  "X-Webhook-Secret is missing or wrong. Expected the value of HUBDEX_WEBHOOK_SECRET; set the same secret on the Hub's webhook."
const UNAVAILABLE = 'The catalog is unavailable; deliver this again later.'

/** `POST /webhooks/hub`: the Hub reports a changed repo, which is refreshed before anything else. */
export async function webhookRoutes(app: FastifyInstance, options: WebhookOptions): Promise<void> {
  const writes = new WriteBatcher<RefreshRequest>((requests) => options.refresh(requests))
  const now = options.now ?? (() => performance.now())
  const refusals = new RateLimitedReport((count) => options.emit({ type: 'webhooks-refused', count }), now)
  const isSecret = options.secret === undefined ? undefined : secretCheck(options.secret)

  app.addHook('onClose', () => writes.idle())

  // Before the body is read: a wrong secret costs a hash, but neither parsing nor the database.
  app.addHook('onRequest', async (request, reply) => {
    if (isSecret?.(request.headers['x-webhook-secret']) === true) return
    refusals.count()
    leaveBodyUnread(request, reply)
    if (isSecret === undefined) return reply.code(403).send({ error: NO_SECRET })
    return reply.code(401).send({ error: WRONG_SECRET })
  })

  // Fastify would take it as a payload, which would be ignored as one that is not understood.
  app.removeContentTypeParser('text/plain')
  const parse = app.getDefaultJsonParser('error', 'error')
  app.addContentTypeParser<Buffer>('application/json', { parseAs: 'buffer' }, (request, body, done) => {
    if (holdsMoreValues(body, MAX_BODY_VALUES)) done(null, TOO_MANY_VALUES)
    else parse(request, body.toString('utf8'), done)
  })

  // The Hub may use any public name of this server. Pages of other sites cannot: they do not know the secret.
  const config = { takesAnyHost: true, access: 'open' } as const
  app.post('/webhooks/hub', { bodyLimit: MAX_BODY_BYTES, config }, async (request, reply) => {
    const reading = request.body === TOO_MANY_VALUES ? { ignored: TOO_MANY_VALUES } : readWebhook(request.body)
    if ('ignored' in reading) {
      options.emit({ type: 'webhook-ignored', reason: reading.ignored })
      return reading
    }
    if (writes.waiting >= MAX_WAITING) return await reply.code(503).send({ error: UNAVAILABLE })
    const written = writes.write(reading.refresh).then(
      () => true,
      (error: unknown) => {
        options.emit({ type: 'webhook-failed', reason: describeError(error) })
        return false
      },
    )
    const isAccepted = await Promise.race([written, delay(LONGEST_ANSWER_MS, true)])
    if (!isAccepted) return await reply.code(503).send({ error: UNAVAILABLE })
    options.emit({ type: 'webhook-taken', repos: reading.refresh.length })
    return await reply.code(202).send({ refresh: reading.refresh.map(({ kind, id }) => ({ kind, id })) })
  })
}

/** Stands for the payload. */
const TOO_MANY_VALUES = `The payload has more than ${MAX_BODY_VALUES} values.`
