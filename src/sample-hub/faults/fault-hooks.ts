import { Readable } from 'node:stream'
import { setTimeout as delay } from 'node:timers/promises'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Fault, FaultKind } from './fault.ts'
import type { FaultPlan } from './fault-plan.ts'

const NO_SUCH_REPO = 'Invalid username or password.'
const SERVER_ERRORS = [500, 502, 503, 504]

/**
 * Makes an app's responses fail as planned. Call it before compression is added, so that it sees bodies as they were written.
 * Failed requests still count for the quota, and their rate limit headers are true.
 */
export function addFaultHooks(app: FastifyInstance, plan: FaultPlan): void {
  const struck = new WeakMap<FastifyRequest, readonly Fault[]>()
  /** Rows to repeat at the start of a page, by the URL of that page. */
  const repeats = new Map<string, unknown>()

  app.addHook('preHandler', async (request, reply) => {
    const faults = plan.strike(request.url)
    struck.set(request, faults)
    for (const fault of faults) {
      if (fault.kind === 'latency') await delay(fault.ms, undefined, { ref: false })
      else if (isAnswered(fault, request, reply, plan)) return reply
    }
  })

  app.addHook('onSend', async (request, reply, sent) => {
    const payload = typeof sent === 'string' ? Buffer.from(sent) : sent
    // Only the largest files are streams, and those are not changed.
    if (!Buffer.isBuffer(payload)) return payload
    const kinds = new Set(struck.get(request)?.map((fault) => fault.kind))
    for (const fault of struck.get(request) ?? []) {
      if (isBadPage(fault, request, payload)) return spoil(fault, reply, payload)
      bendLink(fault, request, reply)
    }
    return bendBody(kinds, request, reply, bendRows(kinds, request, reply, payload, repeats))
  })
}

/** Responds instead of the Hub if the fault is of that kind. */
function isAnswered(fault: Fault, request: FastifyRequest, reply: FastifyReply, plan: FaultPlan): boolean {
  switch (fault.kind) {
    case 'reset':
      reply.hijack()
      request.raw.socket.resetAndDestroy()
      return true
    case '429':
      if (fault.retryAfter !== undefined) reply.header('retry-after', fault.retryAfter)
      sendError(reply, 429, 'You have been rate limited for this action. Try again later.')
      return true
    case '5xx': {
      const status = fault.status ?? SERVER_ERRORS[Math.floor(plan.choose(fault) * SERVER_ERRORS.length)] ?? 500
      sendError(reply, status, `Internal error ${status}, on demand`)
      return true
    }
    case 'dead-page':
      sendError(reply, 504, 'This page always fails')
      return true
    case 'hidden':
      // The Hub's response for a missing or private repo without a token.
      reply.header('x-error-message', NO_SUCH_REPO)
      sendError(reply, 401, NO_SUCH_REPO)
      return true
    case 'html':
      reply.type('text/html; charset=utf-8').send('<!doctype html><title>Not here</title><p>This is not JSON.')
      return true
    default:
      return false
  }
}

function isBadPage({ kind, repo, over, field }: Fault, request: FastifyRequest, payload: Buffer): boolean {
  if (kind !== 'bad-page') return false
  const rows: unknown = JSON.parse(payload.toString())
  if (!Array.isArray(rows) || rows.length <= over) return false
  if (field !== undefined && !new URL(request.url, 'http://hub').searchParams.getAll('expand').includes(field)) return false
  return repo === undefined || rows.some((row) => row.id === repo)
}

function spoil({ status = 500, body }: Fault, reply: FastifyReply, payload: Buffer): Buffer {
  reply.removeHeader('link')
  if (body === 'half') return payload.subarray(0, payload.length >>> 1)
  if (body === 'nan') return Buffer.from('NaN')
  reply.code(status)
  return Buffer.from(JSON.stringify({ error: 'Internal Error - We are working hard to fix this as soon as possible!' }))
}

function sendError(reply: FastifyReply, status: number, error: string): void {
  reply.code(status).type('application/json; charset=utf-8').send(JSON.stringify({ error }))
}

/** Only a page with a next page has a link to change. */
function bendLink(fault: Fault, request: FastifyRequest, reply: FastifyReply): void {
  const next = nextUrl(reply)
  if (next === undefined) return
  if (fault.kind === 'other-host') next.host = fault.host
  if (fault.kind === 'loop') next.search = new URL(request.url, next).search
  reply.header('link', `<${next.href}>; rel="next"`)
}

/** `repeat` shows the last row of the page again at the start of the next one; `drop` omits it. */
function bendRows(
  kinds: ReadonlySet<FaultKind>,
  request: FastifyRequest,
  reply: FastifyReply,
  payload: Buffer,
  repeats: Map<string, unknown>,
): Buffer {
  const repeated = repeats.get(request.url)
  const next = nextUrl(reply)
  const isBent = next !== undefined && (kinds.has('repeat') || kinds.has('drop'))
  if (repeated === undefined && !isBent) return payload
  const rows: unknown = JSON.parse(payload.toString())
  if (!Array.isArray(rows)) return payload
  if (next !== undefined && kinds.has('repeat')) repeats.set(next.pathname + next.search, rows.at(-1))
  if (next !== undefined && kinds.has('drop')) rows.pop()
  if (repeated !== undefined) rows.unshift(repeated)
  return Buffer.from(JSON.stringify(rows))
}

function bendBody(kinds: ReadonlySet<FaultKind>, request: FastifyRequest, reply: FastifyReply, payload: Buffer) {
  const half = payload.subarray(0, payload.length >>> 1)
  if (kinds.has('json')) return half
  if (!kinds.has('cut')) return payload
  reply.header('content-length', payload.length)
  return Readable.from(firstHalf(half, request))
}

/** Closes the connection, so that the rest of the announced length never arrives. */
async function* firstHalf(half: Buffer, request: FastifyRequest): AsyncIterable<Buffer> {
  yield half
  request.raw.socket.destroy()
}

function nextUrl(reply: FastifyReply): URL | undefined {
  const link = reply.getHeader('link')
  const url = typeof link === 'string' ? /^<([^>]+)>/.exec(link)?.[1] : undefined
  return url === undefined ? undefined : new URL(url)
}
