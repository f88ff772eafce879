import type { Delivery, HubWebhooks, StoredWebhook, WebhookFields } from '../../hub-server/webhooks/hub-webhooks.ts'
import type { HubChange } from '../life/hub-change.ts'
import { newHubId } from '../life/new-hub-id.ts'
import { webhookPayload } from '../life/webhook-payload.ts'
import { postWebhook } from '../life/webhook-sender.ts'

/** What a file keeps of the webhooks. */
export interface WebhooksState {
  readonly created: number
  readonly webhooks: readonly StoredWebhook[]
}

/** Failures in a row after which a webhook is suspended. The Hub does not publish its number. */
const MAX_FAILURES = 5
/** The Hub's limit. */
const MAX_PER_DAY = 1_000
const DAY_MS = 86_400_000
const REMEMBERED_DELIVERIES = 100

interface Line {
  readonly deliveries: Delivery[]
  /** When the latest were sent, for the limit of a day. */
  sentAtMs: number[]
  failures: number
  last: Promise<void>
}

/** The webhooks of a sample Hub. Each posts its changes one at a time, in their order. */
export class MemoryWebhooks implements HubWebhooks {
  readonly #now: () => number
  readonly #onChange: () => void
  readonly #closing = new AbortController()
  readonly #byId = new Map<string, StoredWebhook>()
  readonly #lines = new Map<string, Line>()
  #created = 0

  /** @param now the Hub's clock, in milliseconds since 1970 */
  constructor(now: () => number, onChange: () => void) {
    this.#now = now
    this.#onChange = onChange
  }

  get state(): WebhooksState {
    return { created: this.#created, webhooks: [...this.#byId.values()] }
  }

  set state({ created, webhooks }: WebhooksState) {
    this.#created = created
    this.#byId.clear()
    for (const webhook of webhooks) this.#byId.set(webhook.id, webhook)
  }

  ofOwner(owner: string): readonly StoredWebhook[] {
    return [...this.#byId.values()].filter((webhook) => webhook.owner === owner)
  }

  create(owner: string, fields: WebhookFields): StoredWebhook {
    return this.#put({ ...fields, id: this.#newId(), owner, disabled: false })
  }

  /** Enabling also forgives failures. */
  update(id: string, fields: Partial<WebhookFields & Pick<StoredWebhook, 'disabled'>>): StoredWebhook {
    if (fields.disabled === false) this.#line(id).failures = 0
    return this.#put({ ...this.#get(id), ...fields })
  }

  delete(id: string): void {
    this.#byId.delete(id)
    this.#lines.delete(id)
    this.#onChange()
  }

  deliveries(id: string): readonly Delivery[] {
    return this.#lines.get(id)?.deliveries ?? []
  }

  replay(id: string, { payload }: Delivery): void {
    this.#enqueue(id, payload)
  }

  /** Delivers a change to every enabled webhook that watches it. */
  send(change: HubChange, hubUrl: string): void {
    for (const webhook of this.#byId.values()) {
      if (webhook.disabled !== false || !isWatched(webhook, change)) continue
      const payload = webhookPayload(change, hubUrl, webhook.id)
      if (payload !== undefined && this.#isAllowed(webhook.id)) this.#enqueue(webhook.id, payload)
    }
  }

  /** Resolves when everything queued has been sent. */
  async settled(): Promise<void> {
    await Promise.all([...this.#lines.values()].map((line) => line.last))
  }

  /** Drops what has not been delivered. */
  close(): void {
    this.#closing.abort()
  }

  #enqueue(id: string, payload: Readonly<Record<string, unknown>>): void {
    const line = this.#line(id)
    line.last = line.last.then(() => this.#deliver(id, payload))
  }

  async #deliver(id: string, payload: Readonly<Record<string, unknown>>): Promise<void> {
    const webhook = this.#byId.get(id)
    if (webhook === undefined || this.#closing.signal.aborted) return
    const status = await postWebhook(webhook, payload, this.#closing.signal)
    if (this.#closing.signal.aborted || !this.#byId.has(id)) return
    const line = this.#line(id)
    line.deliveries.push({ id: this.#newId(), at: new Date(this.#now()).toISOString(), status, payload })
    if (line.deliveries.length > REMEMBERED_DELIVERIES) line.deliveries.shift()
    line.failures = status !== undefined && status < 300 ? 0 : line.failures + 1
    if (line.failures < MAX_FAILURES || this.#get(id).disabled !== false) return
    this.#put({ ...this.#get(id), disabled: 'suspended-after-failure' })
  }

  #isAllowed(id: string): boolean {
    const line = this.#line(id)
    const now = this.#now()
    line.sentAtMs = line.sentAtMs.filter((atMs) => atMs > now - DAY_MS)
    if (line.sentAtMs.length >= MAX_PER_DAY) return false
    line.sentAtMs.push(now)
    return true
  }

  #line(id: string): Line {
    const line = this.#lines.get(id) ?? { deliveries: [], sentAtMs: [], failures: 0, last: Promise.resolve() }
    this.#lines.set(id, line)
    return line
  }

  #get(id: string): StoredWebhook {
    const webhook = this.#byId.get(id)
    if (webhook === undefined) throw new Error(`There is no webhook ${id}`)
    return webhook
  }

  #put(webhook: StoredWebhook): StoredWebhook {
    this.#byId.set(webhook.id, webhook)
    this.#onChange()
    return webhook
  }

  #newId(): string {
    return newHubId(this.#now(), 'e0', this.#created++)
  }
}

/** Whether a webhook watches the repo or its owner, by the current or the former name. Private repos are for their owner. */
function isWatched({ watched, domains, owner }: StoredWebhook, change: HubChange): boolean {
  if (!domains.includes('repo')) return false
  const names = change.type === 'move' ? [change.id, change.from] : [change.id]
  return names.some((id) => {
    const author = id.split('/', 1)[0]
    if (change.isPrivate && author !== owner) return false
    return watched.some(({ type, name }) =>
      type === 'user' || type === 'org' ? name === author : type === change.kind && name === id,
    )
  })
}
