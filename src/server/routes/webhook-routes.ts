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
  /** Undefined: every delivery is refused. */
  secret: string | undefined
  /** Puts repos in line to be refreshed; resolves when they would survive a crash. The answer may go out before. */
  refresh(requests: readonly RefreshRequest[]): Promise<void>
  emit(event: ServerEvent): void
  /** Milliseconds, never backwards. @default performance.now */
  now?: () => number
}

/** Recorded deliveries are of 1 to 3 KB; a comment may be long. */
const MAX_BODY_BYTES = 1024 * 1024
/** Recorded deliveries hold about 60. */
const MAX_BODY_VALUES = 10_000
/**
 * An embedded catalog takes its callers in turn: while it takes in a first crawl, a row may wait for two seconds. The Hub is
 * not kept waiting for that.
 */
const LONGEST_ANSWER_MS = 50
const MAX_WAITING = 10_000

const NO_SECRET =
  'Webhooks are refused here because no secret is set. Set HUBDEX_WEBHOOK_SECRET to the secret of your webhook on the Hub.'
const WRONG_SECRET =
  "X-Webhook-Secret is missing or wrong. Expected the secret that HUBDEX_WEBHOOK_SECRET holds; set the same on the Hub's webhook."
const AWAY = 'The catalog does not answer; deliver this again later.'

/** `POST /webhooks/hub`: the Hub says that a repo changed, and it is refreshed ahead of everything else. */
export async function webhookRoutes(app: FastifyInstance, options: WebhookOptions): Promise<void> {
  const writes = new WriteBatcher<RefreshRequest>((requests) => options.refresh(requests))
  const now = options.now ?? (() => performance.now())
  const refusals = new RateLimitedReport((count) => options.emit({ type: 'webhooks-refused', count }), now)
  const isSecret = options.secret === undefined ? undefined : secretCheck(options.secret)

  app.addHook('onClose', () => writes.idle())

  // Before the body is read: whoever does not know the secret costs a hash, and neither parsing nor the database.
  app.addHook('onRequest', async (request, reply) => {
    if (isSecret?.(request.headers['x-webhook-secret']) === true) return
    refusals.count()
    leaveBodyUnread(request, reply)
    if (isSecret === undefined) return reply.code(403).send({ error: NO_SECRET })
    return reply.code(401).send({ error: WRONG_SECRET })
  })

  const parse = app.getDefaultJsonParser('error', 'error')
  app.addContentTypeParser<Buffer>('application/json', { parseAs: 'buffer' }, (request, body, done) => {
    if (holdsMoreValues(body, MAX_BODY_VALUES)) done(null, TOO_MANY_VALUES)
    else parse(request, body.toString('utf8'), done)
  })

  // The Hub calls by whatever public name leads here, and no page can: it does not know the secret.
  const config = { takesAnyHost: true }
  app.post('/webhooks/hub', { bodyLimit: MAX_BODY_BYTES, config }, async (request, reply) => {
    const reading = request.body === TOO_MANY_VALUES ? { ignored: TOO_MANY_VALUES } : readWebhook(request.body)
    if ('ignored' in reading) {
      options.emit({ type: 'webhook-ignored', reason: reading.ignored })
      return reading
    }
    if (writes.waiting >= MAX_WAITING) return await reply.code(503).send({ error: AWAY })
    const written = writes.write(reading.refresh).then(
      () => true,
      (error: unknown) => {
        options.emit({ type: 'webhook-failed', reason: describeError(error) })
        return false
      },
    )
    const isKept = await Promise.race([written, delay(LONGEST_ANSWER_MS, true)])
    if (!isKept) return await reply.code(503).send({ error: AWAY })
    options.emit({ type: 'webhook-taken', repos: reading.refresh.length })
    return await reply.code(202).send({ refresh: reading.refresh.map(({ kind, id }) => ({ kind, id })) })
  })
}

/** In place of a payload. */
const TOO_MANY_VALUES = `The payload holds more than ${MAX_BODY_VALUES} values.`
