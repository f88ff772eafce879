import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import type { TableData } from '../../output/table-data.ts'
import { problem } from '../api/problems.ts'
import type { ApiRoute } from '../api/route.ts'
import { PARQUET_TYPE, sendFile, sendJson, wantedFile } from './answer.ts'
import { closeSignal } from './close-signal.ts'

type Output<Schema, Fallback> = Schema extends z.ZodType ? z.output<Schema> : Fallback

/** A valid request of a route. */
export interface ApiRequest<Route extends ApiRoute> {
  params: Output<Route['params'], Record<never, never>>
  query: Output<Route['query'], Record<never, never>>
  body: Output<Route['body'], undefined>
  /** Aborted when the client has closed the connection, or the server stops. */
  signal: AbortSignal
  request: FastifyRequest
  reply: FastifyReply
}

/** Answers a request with a value for JSON. Dates become texts; `undefined` means that the reply was sent. */
export type Handler<Route extends ApiRoute> = (request: ApiRequest<Route>) => Promise<unknown>

export interface TableOptions {
  /** The answer as CSV or Parquet. */
  table?: (answer: never) => TableData
  /** Name of the file without extension. */
  name?: string
}

/** Adds a route to an app that validates with zod. */
export function addRoute<Route extends ApiRoute>(
  app: FastifyInstance,
  route: Route,
  handle: Handler<Route>,
  { table, name = 'hubdex' }: TableOptions = {},
): void {
  for (const [index, url] of pathsOf(route).entries()) {
    app.route({
      method: route.method,
      url,
      schema: {
        // The first is the documented one.
        hide: index > 0,
        summary: route.summary,
        tags: [route.path.startsWith('/feeds') ? 'feeds' : 'api'],
        ...(route.params !== undefined && index === 0 && { params: route.params }),
        ...(route.query !== undefined && { querystring: route.query }),
        ...(route.body !== undefined && { body: route.body }),
        response: responsesOf(route),
      } as object,
      config: { access: route.access ?? 'read' },
      handler: async (request, reply) => {
        const { signal, done } = closeSignal(app, reply)
        try {
          const params = index === 0 ? request.params : joinedName(request.params as Record<string, string>)
          const { query, body } = request
          const answer = await handle({ params, query, body, signal, request, reply } as ApiRequest<Route>)
          if (answer === undefined || reply.sent) return reply
          linkNext(request, reply, answer)
          const file = table === undefined ? undefined : wantedFile(request)
          return table !== undefined && file !== undefined
            ? sendFile(request, reply, file, table(answer as never), name)
            : sendJson(request, reply, answer)
        } finally {
          done()
        }
      },
    })
  }
}

/** In Fastify's notation. A repo is also found with the slash of its name as it is. */
function pathsOf({ path }: ApiRoute): string[] {
  const url = path.replace(/\{(\w+)\}/g, ':$1')
  return url.includes('/repos/:kind/:id') ? [url, url.replace(':id', ':owner/:name')] : [url]
}

function joinedName({ owner, name, ...others }: Record<string, string>): Record<string, string> {
  return { ...others, id: `${owner}/${name}` }
}

function responsesOf({ answer, isTable, mediaTypes }: ApiRoute) {
  const content = Object.fromEntries((mediaTypes ?? ['application/json']).map((type) => [type, { schema: answer }]))
  const files = isTable === true ? { 'text/csv': { schema: z.string() }, [PARQUET_TYPE]: { schema: z.string() } } : {}
  return {
    200: { description: 'Done.', content: { ...content, ...files } },
    default: { description: 'Problem details (RFC 9457).', content: { 'application/problem+json': { schema: problem } } },
  }
}

/** Clients refuse long headers, and an address may hold a long search. */
const MAX_LINK_LENGTH = 4_000

/** The next page as a header, for files too. */
function linkNext(request: FastifyRequest, reply: FastifyReply, answer: unknown): void {
  const cursor = (answer as { nextCursor?: string | null }).nextCursor
  if (typeof cursor !== 'string') return
  const url = new URL(`${request.server.basePath ?? ''}${request.url}`, 'http://localhost')
  url.searchParams.set('cursor', cursor)
  const link = `<${url.pathname}${url.search}>; rel="next"`
  if (link.length <= MAX_LINK_LENGTH) reply.header('link', link)
}

declare module 'fastify' {
  interface FastifyInstance {
    /** The path that a proxy puts before all paths. */
    basePath?: string
  }
}
