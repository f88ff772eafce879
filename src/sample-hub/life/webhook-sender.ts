import type { HubChange } from './hub-change.ts'
import { webhookPayload } from './webhook-payload.ts'

export interface WebhookTarget {
  readonly url: string
  /** Sent unchanged in the header X-Webhook-Secret. @default no such header */
  readonly secret?: string | undefined
}

/** The outcome of all deliveries so far. */
export interface WebhookCounts {
  readonly delivered: number
  /** Deliveries with an error response or none; they are not retried. */
  readonly failed: number
}

const TIMEOUT_MS = 10_000

/** Posts changes to one address, one at a time, in their order. */
export class WebhookSender {
  readonly #target: WebhookTarget
  readonly #closing = new AbortController()
  readonly #counts = { delivered: 0, failed: 0 }
  #last: Promise<void> = Promise.resolve()

  constructor(target: WebhookTarget) {
    this.#target = target
  }

  get counts(): WebhookCounts {
    return this.#counts
  }

  send(change: HubChange, hubUrl: string): void {
    const payload = webhookPayload(change, hubUrl)
    if (payload !== undefined) this.#last = this.#last.then(() => this.#deliver(payload))
  }

  /** Resolves when everything queued has been sent. */
  settled(): Promise<void> {
    return this.#last
  }

  /** Drops what has not been delivered. */
  close(): void {
    this.#closing.abort()
  }

  async #deliver(payload: Record<string, unknown>): Promise<void> {
    if (this.#closing.signal.aborted) return
    const status = await postWebhook(this.#target, payload, this.#closing.signal)
    if (status !== undefined && status < 300) this.#counts.delivered++
    else this.#counts.failed++
  }
}

/** Posts a payload. Returns the status, or undefined when no answer came; the Hub does not report why either. */
export async function postWebhook(
  { url, secret }: WebhookTarget,
  payload: Readonly<Record<string, unknown>>,
  closing: AbortSignal,
): Promise<number | undefined> {
  try {
    const answer = await fetch(url, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        ...(secret === undefined ? {} : { 'x-webhook-secret': secret }),
      },
      body: JSON.stringify(payload),
      signal: AbortSignal.any([closing, AbortSignal.timeout(TIMEOUT_MS)]),
    })
    await answer.body?.cancel()
    return answer.status
  } catch {
    return undefined
  }
}
