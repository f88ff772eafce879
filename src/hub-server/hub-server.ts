import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { bucketOf } from '../hub/budget/budgets.ts'
import { pluralOf, REPO_KINDS, type RepoKind } from '../hub/kinds.ts'
import { listItem, pickFields, sendJson, sendRefusal, setCommonHeaders } from './http/answer.ts'
import { callerOf, looksLikeToken } from './http/caller.ts'
import { HubRefusal, unknownPage } from './http/hub-refusal.ts'
import { jsonText } from './http/json-text.ts'
import type { RateLimit } from './http/rate-limit.ts'
import type { HubFiles } from './hub-files.ts'
import type { HubRepo, HubStore } from './hub-store.ts'
import { encodeCursor } from './lists/list-cursor.ts'
import { parseListQuery } from './lists/list-query.ts'
import type { RepoWriter } from './repo-writer.ts'
import { sendRepo } from './routes/repo-routes.ts'
import { sendFile } from './routes/resolve-route.ts'
import { isSignedIn, type RouteContext, splitUrl } from './routes/route-context.ts'
import { addWriteRoutes } from './routes/write-routes.ts'

export interface HubServerOptions {
  readonly store: HubStore
  /** Without it only metadata is served. */
  readonly files?: HubFiles | undefined
  /** Address of another host, to which readers of large files are redirected. @default none: this server sends them */
  readonly fileHostUrl?: string | undefined
  /** Without it nothing can be changed. */
  readonly writer?: RepoWriter | undefined
  /** Without it no request is counted and no rate limit headers are sent. */
  readonly rateLimit?: RateLimit
  /** @default `http://` and the Host header of the request */
  readonly baseUrl?: string
  /** @default any token in the Hub's form */
  readonly acceptsToken?: (token: string) => boolean
  /** @default true */
  readonly ascendingCreatedAt?: boolean
  /** Values of `expand` that lists refuse although details accept them. @default none */
  readonly expandRefusedOnLists?: readonly string[]
  /** Answers 403 for the details of a disabled repo instead of `disabled: true`. The Hub has done both. @default false */
  readonly refuseDisabled?: boolean
  /** Milliseconds since 1970. @default Date.now */
  readonly now?: () => number
}

/** The Hub's API as a Fastify plugin over any store: lists, details, tags by type, files and changes. */
export async function hubServer(app: FastifyInstance, options: HubServerOptions): Promise<void> {
  const { store, rateLimit, acceptsToken = looksLikeToken, now = Date.now } = options
  const rules = {
    ascendingCreatedAt: options.ascendingCreatedAt ?? true,
    expandRefusedOnLists: options.expandRefusedOnLists ?? [],
  }
  const baseUrl = (request: FastifyRequest) => options.baseUrl ?? `${request.protocol}://${request.host}`
  const { files, fileHostUrl, writer, refuseDisabled = false } = options
  const context: RouteContext = { store, files, fileHostUrl, rules, refuseDisabled, baseUrl }

  app.addHook('onRequest', async (request, reply) => {
    setCommonHeaders(request, reply, now())
    const caller = callerOf(request)
    const charge = rateLimit?.charge(bucketOf(request.url), caller)
    if (charge !== undefined) reply.headers(charge.headers)
    if (charge?.refusal !== undefined) throw charge.refusal
    if (caller.token !== undefined && !acceptsToken(caller.token)) {
      throw new HubRefusal(401, 'Invalid credentials in Authorization header')
    }
  })

  app.setErrorHandler((error, _request, reply) => {
    if (error instanceof HubRefusal) return sendRefusal(reply, error)
    if (isBadRequest(error)) return sendRefusal(reply, new HubRefusal(error.statusCode, error.message))
    throw error
  })
  app.setNotFoundHandler(() => {
    throw unknownPage()
  })

  for (const kind of REPO_KINDS) {
    app.get(`/api/${pluralOf[kind]}`, (request, reply) => sendList(kind, request, reply))
    app.get(`/api/${pluralOf[kind]}/*`, (request, reply) => sendRepo(context, kind, request, reply))
  }
  for (const kind of ['model', 'dataset'] as const) {
    app.get(`/api/${pluralOf[kind]}-tags-by-type`, (request, reply) => sendTags(kind, request, reply))
  }

  app.get('/api/quicksearch', sendQuickSearch)
  // Uncompressed: a reader of byte ranges needs the bytes that the range counts.
  if (files !== undefined) app.get('/*', { compress: false }, (request, reply) => sendFile(context, request, reply))
  if (writer !== undefined) addWriteRoutes(app, writer, baseUrl)

  async function sendList(kind: RepoKind, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    const url = new URL(request.url, baseUrl(request))
    const { query, fields, isExpand } = parseListQuery(kind, url.searchParams, rules, isSignedIn(request))
    const slice = await store.list(query)
    if (slice.next !== undefined) {
      const isSearch = query.filter.search.length > 0
      url.searchParams.set('cursor', encodeCursor(query.sort, query.descending, slice.next, isSearch))
      reply.header('link', `<${url.href}>; rel="next"`)
    }
    return sendJson(request, reply, jsonText(slice.repos.map((repo) => listItem(pickFields(repo, fields, isExpand)))))
  }

  /** Finds repos only, with their totals; users, papers and the like are not served. */
  async function sendQuickSearch(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    const { parameters } = splitUrl(request.url)
    const words = parameters.get('q') ?? ''
    const asked = new URLSearchParams({ search: words, limit: parameters.get('limit') ?? '20' })
    const answer: Record<string, unknown> = { q: words }
    for (const kind of REPO_KINDS) {
      const { query } = parseListQuery(kind, asked, rules, isSignedIn(request))
      const { repos } = await store.list(query)
      const trend = ({ _id, id, trendingScore = 0 }: HubRepo) => ({ _id, id, trendingWeight: trendingScore })
      answer[pluralOf[kind]] = repos.map(trend)
      answer[`${pluralOf[kind]}Count`] = await store.count(kind, query.filter)
    }
    return sendJson(request, reply, JSON.stringify(answer))
  }

  async function sendTags(kind: 'model' | 'dataset', request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    const tags = await store.tagsByType(kind)
    const type = splitUrl(request.url).parameters.get('type')
    return sendJson(request, reply, JSON.stringify(type === null ? tags : { [type]: tags[type] ?? [] }))
  }
}

/** Errors of Fastify itself, such as for a body that is not JSON. */
function isBadRequest(error: unknown): error is Error & { statusCode: number } {
  if (!(error instanceof Error && 'statusCode' in error && typeof error.statusCode === 'number')) return false
  return error.statusCode >= 400 && error.statusCode < 500
}
