import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { pluralOf, REPO_KINDS, type RepoKind } from '../../hub/kinds.ts'
import { listItem, pickFields, sendJson } from '../http/answer.ts'
import { jsonText } from '../http/json-text.ts'
import type { HubRepo, Position } from '../hub-store.ts'
import { encodeCursor } from '../lists/list-cursor.ts'
import { type ParsedList, parseListQuery } from '../lists/list-query.ts'
import { privateOwners } from '../people/permissions.ts'
import { signedInAs } from '../people/signed-in.ts'
import { typeIn } from './discover/people.ts'
import { sendRepo } from './repo-routes.ts'
import { type RouteContext, splitUrl } from './route-context.ts'

/** Adds lists, details with all that is below a repo, tags by type, and the quick search. */
export function addListRoutes(app: FastifyInstance, context: RouteContext): void {
  const { store, rules, baseUrl, ownersAmong } = context
  for (const kind of REPO_KINDS) {
    app.get(`/api/${pluralOf[kind]}`, (request, reply) => sendList(kind, request, reply))
    app.get(`/api/${pluralOf[kind]}/*`, (request, reply) => sendRepo(context, kind, request, reply))
  }
  for (const kind of ['model', 'dataset'] as const) {
    app.get(`/api/${pluralOf[kind]}-tags-by-type`, (request, reply) => sendTags(kind, request, reply))
  }
  app.get('/api/quicksearch', sendQuickSearch)

  async function sendList(kind: RepoKind, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    const url = new URL(request.url, baseUrl(request))
    const parsed = parseListQuery(kind, url.searchParams, rules, privateOwners(signedInAs(request)))
    const { query } = parsed
    const { json, next } = await (store.listJson?.(query) ?? listedJson(parsed))
    if (next !== undefined) {
      const isSearch = query.filter.search.length > 0
      url.searchParams.set('cursor', encodeCursor(query.sort, query.descending, next, isSearch))
      reply.header('link', `<${url.href}>; rel="next"`)
    }
    return sendJson(request, reply, json)
  }

  async function listedJson({ query, fields, isExpand }: ParsedList): Promise<{ json: string; next?: Position | undefined }> {
    const { repos, next } = await store.list(query)
    return { json: jsonText(repos.map((repo) => listItem(pickFields(repo, fields, isExpand)))), next }
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
    const owners = words === '' ? undefined : ownersAmong?.(found, words)
    const others = { papers: [], papersCount: 0, collections: [], collectionsCount: 0, buckets: [], bucketsCount: 0 }
    return sendJson(request, reply, JSON.stringify({ ...answer, orgs: [], users: [], ...owners, ...others }))
  }

  async function sendTags(kind: 'model' | 'dataset', request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    const tags = await store.tagsByType(kind)
    const type = splitUrl(request.url).parameters.get('type')
    return sendJson(request, reply, JSON.stringify(type === null ? tags : { [type]: tags[type] ?? [] }))
  }
}
