import { createHash, randomUUID } from 'node:crypto'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { HubRepo } from '../hub-store.ts'
import type { HubRefusal } from './hub-refusal.ts'

/** Headers that the Hub exposes to scripts of other origins. */
const EXPOSED_HEADERS =
  'X-Repo-Commit,X-Request-Id,X-Error-Code,X-Error-Message,X-Total-Count,ETag,Link,Accept-Ranges,Content-Range'

/** Headers of every response. The request id ends with the caller's trace id, so that both logs can be matched. */
export function setCommonHeaders(request: FastifyRequest, reply: FastifyReply, nowMs: number): void {
  const trace = request.headers['x-amzn-trace-id']
  const seconds = Math.floor(nowMs / 1000).toString(16)
  const root = randomUUID().replaceAll('-', '').slice(0, 24)
  reply.header('x-request-id', `Root=1-${seconds}-${root};${typeof trace === 'string' ? trace : randomUUID()}`)
  reply.header('access-control-expose-headers', EXPOSED_HEADERS)
  reply.header('vary', 'Origin')
  // The Hub's clock, which callers compare with the dates of repos.
  reply.header('date', new Date(nowMs).toUTCString())
}

/** Sends JSON with a weak ETag, or 304 without a body if the caller has this version. */
export function sendJson(request: FastifyRequest, reply: FastifyReply, json: string): FastifyReply {
  const body = Buffer.from(json)
  const etag = weakTag(body)
  reply.header('etag', etag)
  const known = request.headers['if-none-match']
  if (known?.split(/,\s*/).includes(etag)) return reply.code(304).send()
  return reply.type('application/json; charset=utf-8').send(body)
}

export function sendRefusal(reply: FastifyReply, refusal: HubRefusal): FastifyReply {
  // The message may repeat any text of the request, but headers are limited to ASCII.
  reply.code(refusal.status).header('x-error-message', refusal.message.replaceAll(/[^\x20-\x7e]/g, '?'))
  if (refusal.code !== undefined) reply.header('x-error-code', refusal.code)
  if (refusal.asksForToken) reply.header('www-authenticate', 'Bearer realm="Authentication required"')
  return reply.type('application/json; charset=utf-8').send(JSON.stringify({ error: refusal.message }))
}

export function sendRedirect(reply: FastifyReply, location: string): FastifyReply {
  reply.code(307).header('location', location).header('vary', 'Origin, Accept')
  return reply.type('text/plain; charset=utf-8').send(`Temporary Redirect. Redirecting to ${location}`)
}

/** The named fields in their order. `expand` omits null; the other shapes include it. */
export function pickFields(repo: HubRepo, fields: readonly string[], isExpand: boolean): Record<string, unknown> {
  const picked: Record<string, unknown> = {}
  for (const field of fields) {
    const value = repo[field]
    if (value !== undefined && !(isExpand && value === null)) picked[field] = value
  }
  return picked
}

/** Lists contain an array of entries where details have an object keyed by provider. */
export function listItem(item: Record<string, unknown>): Record<string, unknown> {
  const mapping = item['inferenceProviderMapping']
  if (typeof mapping === 'object' && mapping !== null && !Array.isArray(mapping)) {
    item['inferenceProviderMapping'] = Object.entries(mapping).map(([provider, entry]) => ({ provider, ...entry }))
  }
  return item
}

/** In Express's form: the length in hex, then a digest. */
function weakTag(body: Buffer): string {
  return `W/"${body.length.toString(16)}-${createHash('sha1').update(body).digest('base64').replace(/=+$/, '')}"`
}
