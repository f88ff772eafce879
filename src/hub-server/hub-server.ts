import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { bucketOf } from '../hub/budgets.ts'
import { pluralOf, REPO_KINDS, type RepoKind } from '../hub/kinds.ts'
import { listItem, pickFields, sendJson, sendRedirect, sendRefusal, setCommonHeaders } from './answer.ts'
import { callerOf, looksLikeToken } from './caller.ts'
import { HubRefusal, unknownPage } from './hub-refusal.ts'
import type { HubRepo, HubStore } from './hub-store.ts'
import { encodeCursor } from './list-cursor.ts'
import { isTrue, parseExpand, parseListQuery } from './list-query.ts'
import type { RateLimit } from './rate-limit.ts'
import { DETAIL_FIELDS, EXPANDABLE } from './repo-fields.ts'
import { parseRepoPath } from './repo-path.ts'

export interface HubServerOptions {
  readonly store: HubStore
  /** Absent: no request is counted and no rate headers are sent. */
  readonly rateLimit?: RateLimit
  /** @default `http://` and the Host header of the request */
  readonly baseUrl?: string
  /** @default any token in the Hub's form */
  readonly acceptsToken?: (token: string) => boolean
  /** @default true */
  readonly ascendingCreatedAt?: boolean
  /** Values of `expand` that lists refuse though details take them. @default none */
  readonly expandRefusedOnLists?: readonly string[]
  /** Milliseconds since 1970. @default Date.now */
  readonly now?: () => number
}

/** The Hub's read API as a Fastify plugin: lists, details and tags by type, over any store. */
export async function hubServer(app: FastifyInstance, options: HubServerOptions): Promise<void> {
  const { store, rateLimit, acceptsToken = looksLikeToken, now = Date.now } = options
  const rules = {
    ascendingCreatedAt: options.ascendingCreatedAt ?? true,
    expandRefusedOnLists: options.expandRefusedOnLists ?? [],
  }

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
    throw error
  })
  app.setNotFoundHandler(() => {
    throw unknownPage()
  })

  for (const kind of REPO_KINDS) {
    app.get(`/api/${pluralOf[kind]}`, (request, reply) => sendList(kind, request, reply))
    app.get(`/api/${pluralOf[kind]}/*`, (request, reply) => sendDetail(kind, request, reply))
  }
  for (const kind of ['model', 'dataset'] as const) {
    app.get(`/api/${pluralOf[kind]}-tags-by-type`, (request, reply) => sendTags(kind, request, reply))
  }

  app.get('/api/quicksearch', sendQuickSearch)

  async function sendList(kind: RepoKind, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    const url = new URL(request.url, options.baseUrl ?? `${request.protocol}://${request.host}`)
    const { query, fields, isExpand } = parseListQuery(kind, url.searchParams, rules, isSignedIn(request))
    const slice = await store.list(query)
    if (slice.next !== undefined) {
      const isSearch = query.filter.search.length > 0
      url.searchParams.set('cursor', encodeCursor(query.sort, query.descending, slice.next, isSearch))
      reply.header('link', `<${url.href}>; rel="next"`)
    }
    return sendJson(
      request,
      reply,
      JSON.stringify(slice.repos.map((repo) => listItem(pickFields(repo, fields, isExpand)))),
    )
  }

  /** The repos of the answer and their totals; users, papers and the like are not served. */
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

  async function sendDetail(kind: RepoKind, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    const { path, search, parameters } = splitUrl(request.url)
    const { id, revision } = parseRepoPath(path.slice(`/api/${pluralOf[kind]}/`.length))
    const expanded = parseExpand(parameters, EXPANDABLE[kind])
    const fields = expanded ?? DETAIL_FIELDS[kind]
    const hasSecurity = expanded === undefined && isTrue(parameters.get('securityStatus'))
    const names = new Set([...fields, 'private', 'sha', ...(hasSecurity ? ['securityRepoStatus'] : [])])
    const wanted = { names, blobs: isTrue(parameters.get('blobs')) }

    const found = await store.find(kind, id, wanted)
    if (found === undefined) throw missingRepo(request)
    if ('movedTo' in found) {
      const rest = revision === undefined ? '' : `/revision/${encodeURIComponent(revision)}`
      return sendRedirect(reply, `/api/${pluralOf[kind]}/${encodeId(found.movedTo)}${rest}${search}`)
    }
    if (found.repo['private'] === true && !isSignedIn(request)) throw missingRepo(request)
    if (revision !== undefined && !hasRevision(found.repo, revision)) {
      throw new HubRefusal(404, `Invalid rev id: ${revision}`, 'RevisionNotFound')
    }
    const answer = pickFields(found.repo, fields, expanded !== undefined)
    if (hasSecurity) answer['securityRepoStatus'] = found.repo['securityRepoStatus'] ?? UNSCANNED
    return sendJson(request, reply, JSON.stringify(answer))
  }

  async function sendTags(
    kind: 'model' | 'dataset',
    request: FastifyRequest,
    reply: FastifyReply,
  ): Promise<FastifyReply> {
    const tags = await store.tagsByType(kind)
    const type = splitUrl(request.url).parameters.get('type')
    return sendJson(request, reply, JSON.stringify(type === null ? tags : { [type]: tags[type] ?? [] }))
  }
}

/** The credentials have passed the hook by the time a route asks. */
function isSignedIn(request: FastifyRequest): boolean {
  return request.headers.authorization !== undefined
}

/** Without a token a missing repo looks like one that needs credentials; the Hub never says which it is. */
function missingRepo(request: FastifyRequest): HubRefusal {
  return isSignedIn(request)
    ? new HubRefusal(404, 'Repository not found', 'RepoNotFound')
    : new HubRefusal(401, 'Invalid username or password.')
}

/** Says that nothing is known, not that nothing was found. */
const UNSCANNED = { scansDone: false, filesWithIssues: [] }

const BRANCHES: ReadonlySet<string> = new Set(['main', 'HEAD', 'refs/heads/main', 'refs/convert/parquet'])

function hasRevision(repo: HubRepo, revision: string): boolean {
  const sha = repo['sha']
  return BRANCHES.has(revision) || (revision.length >= 7 && typeof sha === 'string' && sha.startsWith(revision))
}

function splitUrl(url: string): { path: string; search: string; parameters: URLSearchParams } {
  const mark = url.indexOf('?')
  const path = mark < 0 ? url : url.slice(0, mark)
  const search = mark < 0 ? '' : url.slice(mark)
  return { path, search, parameters: new URLSearchParams(search) }
}

function encodeId(id: string): string {
  return id.split('/').map(encodeURIComponent).join('/')
}
