import type { HubContext } from '../context.ts'
import { apiUrl } from '../endpoint.ts'
import { BrokenAnswer, type HubErrorDetails, Refused } from '../errors.ts'
import { changeOnce, type WriteOptions } from '../http/change-once.ts'
import type { ChangeAnswer } from '../http/requester.ts'
import { traceOf } from '../http/response-error.ts'
import { jsonObject } from '../http/server-message.ts'
import { isObject } from '../is-object.ts'
import { isSegment } from '../repos/path.ts'

/** What a webhook watches: a repo, or all repos of a user or an organization. */
export interface Watched {
  type: string
  name: string
}

/** A webhook of the token's account. */
export interface Webhook {
  id: string
  /** Undefined when it starts a job instead. */
  url: string | undefined
  watched: readonly Watched[]
  domains: readonly string[]
  secret: string | undefined
  /** `suspended-after-failure`: the Hub stopped it because deliveries failed. */
  disabled: boolean | 'suspended-after-failure'
  /** As it came, without any check. */
  payload: Record<string, unknown>
}

/** What is left out of an update stays unchanged. */
export interface WebhookFields {
  url?: string | undefined
  watched?: readonly Watched[] | undefined
  /** repo, discussion. @default both */
  domains?: readonly string[] | undefined
  /** Sent unchanged in `X-Webhook-Secret`. Printable ASCII. */
  secret?: string | undefined
}

/** The webhooks of the token's account. */
export interface WebhooksClient {
  list(options?: WriteOptions): Promise<Webhook[]>
  get(id: string, options?: WriteOptions): Promise<Webhook>
  create(webhook: WebhookFields & { url: string; watched: readonly Watched[] }, options?: WriteOptions): Promise<Webhook>
  update(id: string, fields: WebhookFields, options?: WriteOptions): Promise<Webhook>
  enable(id: string, options?: WriteOptions): Promise<Webhook>
  disable(id: string, options?: WriteOptions): Promise<Webhook>
  delete(id: string, options?: WriteOptions): Promise<void>
  /** Delivers an earlier payload again. */
  replay(id: string, logId: string, options?: WriteOptions): Promise<void>
}

const ROOT = 'settings/webhooks'
const DOMAINS = ['repo', 'discussion']

export function webhooksClient(context: HubContext): WebhooksClient {
  const { endpoint, requester } = context
  const ask = (path: string, { signal }: WriteOptions) =>
    requester.request(apiUrl(endpoint, path), { route: 'change', answer: 'repo', signal })
  const post = async (path: string, json: Record<string, unknown> | undefined, { signal }: WriteOptions) =>
    read(await requester.change(apiUrl(endpoint, path), { method: 'POST', json, route: 'change', signal }))
  return {
    list: async (options = {}) => {
      const { json, url, headers } = await ask(ROOT, options)
      const details = traceOf(url, 200, headers)
      if (!Array.isArray(json)) throw new BrokenAnswer('The webhooks were not a JSON array, expected one.', details)
      return json.map((one) => readWebhook(one, details))
    },
    get: async (id, options = {}) => {
      const { json, url, headers } = await ask(pathOf(id), options)
      return readWebhook(isObject(json) ? json['webhook'] : json, traceOf(url, 200, headers))
    },
    create: async (webhook, options) => {
      const json = { domains: DOMAINS, ...webhook }
      return read(await changeOnce(context, ROOT, { method: 'POST', json }, 'The webhook', options))
    },
    // huggingface_hub sends an empty list when the watched are to stay; the Hub requires the member.
    update: (id, { watched = [], ...fields }, options = {}) => post(pathOf(id), { watched, ...fields }, options),
    enable: (id, options = {}) => post(`${pathOf(id)}/enable`, undefined, options),
    disable: (id, options = {}) => post(`${pathOf(id)}/disable`, undefined, options),
    delete: async (id, options) => {
      await changeOnce(context, pathOf(id), { method: 'DELETE' }, 'The webhook', options)
    },
    replay: async (id, logId, options) => {
      await changeOnce(context, `${pathOf(id)}/replay/${segment(logId)}`, { method: 'POST' }, 'The delivery', options)
    },
  }
}

function pathOf(id: string): string {
  return `${ROOT}/${segment(id)}`
}

/** @throws Refused when the id would make the URL name something else */
function segment(id: string): string {
  if (isSegment(id)) return encodeURIComponent(id)
  throw new Refused(
    `${JSON.stringify(id.slice(0, 200))} cannot name a webhook, expected an id such as 654bbbc16f2ec14d77f109cc.`,
  )
}

function read({ text, url, headers }: ChangeAnswer): Webhook {
  return readWebhook(jsonObject(text)?.['webhook'], traceOf(url, 200, headers))
}

function readWebhook(json: unknown, details: HubErrorDetails): Webhook {
  const { id, url, watched, domains, secret, disabled } = isObject(json) ? json : {}
  if (!isObject(json) || typeof id !== 'string') {
    throw new BrokenAnswer('The Hub answered a webhook without an id, expected one.', details)
  }
  return {
    id,
    url: textOf(url),
    watched: Array.isArray(watched) ? watched.flatMap(readWatched) : [],
    domains: Array.isArray(domains) ? domains.filter((domain) => typeof domain === 'string') : [],
    secret: textOf(secret),
    disabled: disabled === 'suspended-after-failure' ? disabled : disabled === true,
    payload: json,
  }
}

function readWatched(one: unknown): Watched[] {
  const { type, name } = isObject(one) ? one : {}
  return typeof type === 'string' && typeof name === 'string' ? [{ type, name }] : []
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined
}
