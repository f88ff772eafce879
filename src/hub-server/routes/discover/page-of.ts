import type { FastifyReply, FastifyRequest } from 'fastify'
import { HubRefusal } from '../../http/hub-refusal.ts'
import { splitUrl } from '../route-context.ts'

/** Sends one page of a whole list, with a `Link` to the next one. `limit` and `cursor` are parameters of the request. */
export function sendPage(
  request: FastifyRequest,
  reply: FastifyReply,
  items: readonly unknown[],
  { baseUrl, most }: { readonly baseUrl: string; readonly most: number },
): FastifyReply {
  const { parameters } = splitUrl(request.url)
  const limit = Math.min(most, limitIn(parameters, most))
  const start = startOf(parameters.get('cursor'), items.length)
  if (start + limit < items.length) {
    const url = new URL(request.url, baseUrl)
    url.searchParams.set('cursor', Buffer.from(`after:${start + limit}`).toString('base64'))
    reply.header('link', `<${url.href}>; rel="next"`)
  }
  return reply.send(items.slice(start, start + limit))
}

export function limitIn(parameters: URLSearchParams, missing: number): number {
  const value = parameters.get('limit')
  if (value === null) return missing
  const limit = Number(value)
  if (value !== '' && Number.isSafeInteger(limit) && limit >= 1) return limit
  throw new HubRefusal(400, '"limit" must be a positive number')
}

function startOf(cursor: string | null, length: number): number {
  if (cursor === null) return 0
  const start = Number(/^after:(\d{1,9})$/.exec(Buffer.from(cursor, 'base64').toString())?.[1] ?? Number.NaN)
  if (start <= length) return start
  throw new HubRefusal(400, 'Invalid cursor: expected the one of a Link header')
}
