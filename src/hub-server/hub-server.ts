import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { bucketOf } from '../hub/budget/budgets.ts'
import { pluralOf, REPO_KINDS, type RepoKind } from '../hub/kinds.ts'
import { addCollectionRoutes } from './collections/collection-routes.ts'
import type { HubCollections } from './collections/hub-collections.ts'
import type { FileWriter } from './file-writer.ts'
import { listItem, pickFields, sendJson, sendRefusal, setCommonHeaders } from './http/answer.ts'
import { callerOf } from './http/caller.ts'
import { addCors } from './http/cors.ts'
import { HubRefusal, unknownPage } from './http/hub-refusal.ts'
import { addJsonParser } from './http/json-parser.ts'
import { jsonText } from './http/json-text.ts'
import type { RateLimit } from './http/rate-limit.ts'
import type { HubFiles } from './hub-files.ts'
import type { HubRepo, HubStore } from './hub-store.ts'
import { encodeCursor } from './lists/list-cursor.ts'
import { parseListQuery } from './lists/list-query.ts'
import { addAccountRoutes } from './people/account-routes.ts'
import { type HubAccounts, quotaOf } from './people/accounts.ts'
import { privateOwners } from './people/permissions.ts'
import { signedInAs, signIn } from './people/signed-in.ts'
import type { RepoWriter } from './repo-writer.ts'
import { addPaperRoutes } from './routes/discover/papers.ts'
import { addPeopleRoutes, ownersAmong, typeIn } from './routes/discover/people.ts'
import { addTrendRoutes } from './routes/discover/trends.ts'
import { addFileRoutes } from './routes/files/write-files.ts'
import { sendRepo } from './routes/repo-routes.ts'
import { sendFile } from './routes/resolve-route.ts'
import { type RouteContext, splitUrl } from './routes/route-context.ts'
import { addSpaceRoutes } from './routes/space-routes.ts'
import { addWriteRoutes } from './routes/write-routes.ts'
import { addViewerRoutes } from './viewer/viewer-routes.ts'
import type { HubWebhooks } from './webhooks/hub-webhooks.ts'
import { addWebhookRoutes } from './webhooks/webhook-routes.ts'

export interface HubServerOptions {
  readonly store: HubStore
  /** Without it only metadata is served. */
  readonly files?: HubFiles | undefined
  /** Address of another host, to which readers of large files are redirected. @default none: this server sends them */
  readonly fileHostUrl?: string | undefined
  /** Without it nothing can be changed. */
  readonly writer?: RepoWriter | undefined
  /** Without it there are none. */
  readonly collections?: HubCollections | undefined
  /** Without it there are none. */
  readonly webhooks?: HubWebhooks | undefined
  /** Without it nothing can be committed. */
  readonly fileWriter?: FileWriter | undefined
  /** Without it no request is counted and no rate limit headers are sent. */
  readonly rateLimit?: RateLimit
  /** @default `http://` and the Host header of the request */
  readonly baseUrl?: string
  /** Without it nobody can sign in, and tokens are ignored. */
  readonly accounts?: HubAccounts | undefined
  /** A limit of its own for whoami. @default none */
  readonly whoamiLimit?: RateLimit | undefined
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
  const { store, rateLimit, accounts, now = Date.now } = options
  const rules = {
    ascendingCreatedAt: options.ascendingCreatedAt ?? true,
    expandRefusedOnLists: options.expandRefusedOnLists ?? [],
  }
  const baseUrl = (request: FastifyRequest) => options.baseUrl ?? `${request.protocol}://${request.host}`
  const { files, fileHostUrl, writer, refuseDisabled = false } = options
  const context: RouteContext = { store, files, accounts, fileHostUrl, rules, refuseDisabled, baseUrl }

  app.addHook('onRequest', async (request, reply) => {
    setCommonHeaders(request, reply, now())
    const caller = callerOf(request)
    const person = caller.token === undefined ? undefined : accounts?.signIn(caller.token)
    const charge = rateLimit?.charge(bucketOf(request.url), { ...caller, user: person && quotaOf(person) })
    if (charge !== undefined) reply.headers(charge.headers)
    if (charge?.refusal !== undefined) throw charge.refusal
    if (person !== undefined) signIn(request, person)
    else if (caller.token !== undefined && accounts !== undefined) {
      throw new HubRefusal(401, 'Invalid credentials in Authorization header')
    }
  })
  addCors(app)
  addJsonParser(app)

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

  addSpaceRoutes(app, context)
  app.get('/api/quicksearch', sendQuickSearch)
  for (const add of [addPeopleRoutes, addPaperRoutes, addTrendRoutes]) add(app, context)
  // Uncompressed: a reader of byte ranges needs the bytes that the range counts.
  if (files !== undefined) app.get('/*', { compress: false }, (request, reply) => sendFile(context, request, reply))
  if (files !== undefined) addViewerRoutes(app, { ...context, files })
  if (files !== undefined) app.register(addFileRoutes, { context: { ...context, files }, writer: options.fileWriter })
  if (accounts !== undefined) addAccountRoutes(app, context, { accounts, whoamiLimit: options.whoamiLimit })
  if (options.collections !== undefined) addCollectionRoutes(app, context, options.collections)
  if (options.webhooks !== undefined) addWebhookRoutes(app, options.webhooks)
  if (writer !== undefined) addWriteRoutes(app, context, writer)

  async function sendList(kind: RepoKind, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    const url = new URL(request.url, baseUrl(request))
    const { query, fields, isExpand } = parseListQuery(kind, url.searchParams, rules, privateOwners(signedInAs(request)))
    const slice = await store.list(query)
    if (slice.next !== undefined) {
      const isSearch = query.filter.search.length > 0
      url.searchParams.set('cursor', encodeCursor(query.sort, query.descending, slice.next, isSearch))
      reply.header('link', `<${url.href}>; rel="next"`)
    }
    return sendJson(request, reply, jsonText(slice.repos.map((repo) => listItem(pickFields(repo, fields, isExpand)))))
  }

  /** Finds repos with their totals, and the owners among them. Papers and collections are not searched. */
  async function sendQuickSearch(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    const { parameters } = splitUrl(request.url)
    const words = parameters.get('q') ?? ''
    const asked = new URLSearchParams({ search: words, limit: parameters.get('limit') ?? '20' })
    const type = typeIn(request.url, [...REPO_KINDS, ...REPO_KINDS.map((kind) => pluralOf[kind])])
    const answer: Record<string, unknown> = { q: words }
    const found: HubRepo[] = []
    for (const kind of REPO_KINDS) {
      if (type !== undefined && type !== kind && type !== pluralOf[kind]) continue
      const { query } = parseListQuery(kind, asked, rules, privateOwners(signedInAs(request)))
      const { repos } = await store.list(query)
      const trend = ({ _id, id, trendingScore = 0 }: HubRepo) => ({ _id, id, trendingWeight: trendingScore })
      found.push(...repos)
      answer[pluralOf[kind]] = repos.map(trend)
      answer[`${pluralOf[kind]}Count`] = await store.count(kind, query.filter)
    }
    const owners = words === '' ? { orgs: [], users: [] } : ownersAmong(found, words)
    const others = { papers: [], papersCount: 0, collections: [], collectionsCount: 0, buckets: [], bucketsCount: 0 }
    return sendJson(request, reply, JSON.stringify({ ...answer, ...owners, ...others }))
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
