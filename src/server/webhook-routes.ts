import { createHash, timingSafeEqual } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { RefreshRequest } from '../catalog/refresh-queue.ts'
import { GatheredWrites } from './gathered-writes.ts'
import { readWebhook } from './read-webhook.ts'

export interface WebhookOptions {
  /** Undefined: every delivery is refused. */
  secret: string | undefined
  /** Puts repos in line to be refreshed; resolves when they would survive a crash. The answer may go out before. */
  refresh(requests: readonly RefreshRequest[]): Promise<void>
  log(text: string): void
  /** Milliseconds, never backwards. @default performance.now */
  now?: () => number
}

/** Recorded deliveries are of 1 to 3 KB; a comment may be long. */
const MAX_BODY_BYTES = 1024 * 1024
const TELL_EVERY_MS = 60_000
/**
 * An embedded catalogue takes its callers in turn: while it takes in a first crawl, a row may wait for two seconds. The Hub is
 * not kept waiting for that.
 */
const LONGEST_ANSWER_MS = 50
const MAX_WAITING = 10_000

const NO_SECRET =
  'Webhooks are refused here because no secret is set. Set HUBDEX_WEBHOOK_SECRET to the secret of your webhook on the Hub.'
const WRONG_SECRET =
  "X-Webhook-Secret is missing or wrong. Expected the secret that HUBDEX_WEBHOOK_SECRET holds; set the same on the Hub's webhook."
const AWAY = 'The catalogue does not answer; deliver this again later.'

/** `POST /webhooks/hub`: the Hub says that a repo changed, and it is refreshed ahead of everything else. */
export async function webhookRoutes(app: FastifyInstance, options: WebhookOptions): Promise<void> {
  const writes = new GatheredWrites<RefreshRequest>((requests) => options.refresh(requests))
  const refusals = new CountedRefusals(options.log, options.now ?? (() => performance.now()))
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

  app.post('/webhooks/hub', { bodyLimit: MAX_BODY_BYTES }, async (request, reply) => {
    const reading = readWebhook(request.body)
    if ('ignored' in reading) return reading
    if (writes.waiting >= MAX_WAITING) return await reply.code(503).send({ error: AWAY })
    const written = writes.write(reading.refresh).then(
      () => true,
      (error: unknown) => {
        options.log(`A webhook could not be kept: ${error instanceof Error ? error.message : String(error)}`)
        return false
      },
    )
    const isKept = await Promise.race([written, delay(LONGEST_ANSWER_MS, true)])
    if (!isKept) return await reply.code(503).send({ error: AWAY })
    return await reply.code(202).send({ refresh: reading.refresh.map(({ kind, id }) => ({ kind, id })) })
  })
}

/** Compares hashes, whose length is the same whatever came, in a time that does not depend on where they differ. */
function secretCheck(secret: string): (given: unknown) => boolean {
  const expected = sha256(secret)
  return (given) => timingSafeEqual(sha256(typeof given === 'string' ? given : ''), expected)
}

function sha256(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}

/** A body of any size may follow; rather than read it to its end, the connection is closed. */
function leaveBodyUnread(request: FastifyRequest, reply: FastifyReply): void {
  const length = Number(request.headers['content-length'] ?? Number.NaN)
  if (!(length <= MAX_BODY_BYTES)) reply.header('connection', 'close')
}

/** Tells of refused deliveries: the first at once, then how many there were, at most once a minute. */
class CountedRefusals {
  readonly #log: (text: string) => void
  readonly #now: () => number
  #count = 0
  #toldAt = Number.NEGATIVE_INFINITY

  constructor(log: (text: string) => void, now: () => number) {
    this.#log = log
    this.#now = now
  }

  count(): void {
    this.#count++
    if (this.#now() - this.#toldAt < TELL_EVERY_MS) return
    const many = this.#count === 1 ? 'A webhook delivery was' : `${this.#count} webhook deliveries were`
    this.#log(`${many} refused: X-Webhook-Secret is missing or wrong, or HUBDEX_WEBHOOK_SECRET is not set.`)
    this.#count = 0
    this.#toldAt = this.#now()
  }
}
