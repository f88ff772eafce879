import type { HubContext } from '../context.ts'
import { apiUrl } from '../endpoint.ts'
import { BrokenAnswer } from '../errors.ts'
import { type JsonPage, jsonPages } from '../http/json-pages.ts'
import { traceOf } from '../http/response-error.ts'
import { isObject } from '../is-object.ts'
import type { RepoKind } from '../kinds.ts'
import { belowRepo, segment } from '../repos/path.ts'

interface Signal {
  signal?: AbortSignal | undefined
}

type JsonObject = Record<string, unknown>

interface DiscussionFilter extends Signal {
  status?: 'open' | 'closed' | undefined
  type?: 'pull_request' | 'discussion' | undefined
  author?: string | undefined
}

/**
 * Small reads around repos, people and papers. Answers are as they came, except for their outermost shape, which is checked.
 * Missing users, organizations and papers are RepoNotFound.
 */
export interface DiscoverClient {
  /** The latest trend, at most 20 repos: `repoType` and `repoData` of each. */
  trending(options?: Signal & { type?: RepoKind | 'all' | undefined; limit?: number | undefined }): Promise<unknown[]>
  /** Repos, users, organizations, papers and collections whose names begin with the words, with totals. */
  quickSearch(words: string, options?: Signal & { type?: string | undefined; limit?: number | undefined }): Promise<JsonObject>
  dailyPapers(options?: Signal & { date?: string | undefined; limit?: number | undefined }): Promise<unknown[]>
  papers(options?: Signal & { limit?: number | undefined }): AsyncIterable<JsonPage>
  searchPapers(words: string, options?: Signal & { limit?: number | undefined }): Promise<unknown[]>
  /** By its number at arXiv. */
  paper(id: string, options?: Signal): Promise<JsonObject>
  /** Every task with its metadata, by id. */
  tasks(options?: Signal): Promise<JsonObject>
  /** The description of a dataset in the Croissant format. */
  croissant(id: string, options?: Signal): Promise<JsonObject>
  /** One page of 50, with `count` and `start`; there is a next one while `start` and its length are below `count`. */
  discussions(kind: RepoKind, id: string, options?: DiscussionFilter & { page?: number | undefined }): Promise<JsonObject>
  /** Users that like a repo. */
  likers(kind: RepoKind, id: string, options?: Signal): AsyncIterable<JsonPage>
  user(name: string, options?: Signal): Promise<JsonObject>
  organization(name: string, options?: Signal): Promise<JsonObject>
  members(organization: string, options?: Signal): AsyncIterable<JsonPage>
  /** Repos that a user likes: `{ createdAt, repo: { name, type } }`. */
  likes(user: string, options?: Signal): AsyncIterable<JsonPage>
  followers(account: 'users' | 'organizations', name: string, options?: Signal): AsyncIterable<JsonPage>
}

export function discoverClient(context: HubContext): DiscoverClient {
  const read = async (path: string, given: object, signal: AbortSignal | undefined, route: 'repo' | 'fixed') => {
    const url = apiUrl(context.endpoint, path, queryOf(given))
    const { json, url: answered, headers } = await context.requester.request(url, { route, answer: 'repo', signal })
    return { json, broken: (expected: string) => brokenAnswer(path, json, expected, traceOf(answered, 200, headers)) }
  }
  const object = async (path: string, given: object, signal: AbortSignal | undefined, route: 'repo' | 'fixed' = 'repo') => {
    const { json, broken } = await read(path, given, signal, route)
    if (isObject(json)) return json
    throw broken('an object')
  }
  const list = async (path: string, given: object, signal: AbortSignal | undefined): Promise<unknown[]> => {
    const { json, broken } = await read(path, given, signal, 'fixed')
    if (Array.isArray(json)) return json
    throw broken('an array')
  }
  // The path is made by the walk, so that a name that cannot be part of one is an error of the walk.
  async function* pages(path: () => string, given: object, signal: AbortSignal | undefined) {
    yield* jsonPages(context, path(), queryOf(given), { route: 'repo', answer: 'repo', signal })
  }
  return {
    trending: async ({ type, limit, signal } = {}) => {
      const { recentlyTrending } = await object('trending', { type, limit }, signal, 'fixed')
      return Array.isArray(recentlyTrending) ? recentlyTrending : []
    },
    quickSearch: (q, { type, limit, signal } = {}) => object('quicksearch', { q, type, limit }, signal, 'fixed'),
    dailyPapers: ({ date, limit, signal } = {}) => list('daily_papers', { date, limit }, signal),
    papers: ({ limit, signal } = {}) => pages(() => 'papers', { limit }, signal),
    searchPapers: (q, { limit, signal } = {}) => list('papers/search', { q, limit }, signal),
    paper: async (id, { signal } = {}) => object(`papers/${segment(id)}`, {}, signal),
    tasks: ({ signal } = {}) => object('tasks', {}, signal, 'fixed'),
    croissant: async (id, { signal } = {}) => object(belowRepo('dataset', id, ['croissant']), {}, signal),
    discussions: async (kind, id, { page, status, type, author, signal } = {}) =>
      object(belowRepo(kind, id, ['discussions']), { p: page, status, type, author }, signal),
    likers: (kind, id, { signal } = {}) => pages(() => belowRepo(kind, id, ['likers']), {}, signal),
    user: async (name, { signal } = {}) => object(`users/${segment(name)}/overview`, {}, signal),
    organization: async (name, { signal } = {}) => object(`organizations/${segment(name)}/overview`, {}, signal),
    members: (name, { signal } = {}) => pages(() => `organizations/${segment(name)}/members`, {}, signal),
    likes: (name, { signal } = {}) => pages(() => `users/${segment(name)}/likes`, {}, signal),
    followers: (account, name, { signal } = {}) => pages(() => `${account}/${segment(name)}/followers`, {}, signal),
  }
}

function queryOf(given: object): URLSearchParams {
  return new URLSearchParams(
    Object.entries(given).flatMap(([name, value]) => (value === undefined ? [] : [[name, String(value)]])),
  )
}

function brokenAnswer(path: string, json: unknown, expected: string, details: ReturnType<typeof traceOf>): BrokenAnswer {
  const found = Array.isArray(json) ? 'an array' : json === null ? 'null' : typeof json
  return new BrokenAnswer(`${path} was ${found}, expected ${expected}.`, details)
}
