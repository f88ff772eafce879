import type { HubContext } from '../context.ts'
import { apiUrl } from '../endpoint.ts'
import { BrokenAnswer } from '../errors.ts'
import { jsonPages } from '../http/json-pages.ts'
import { traceOf } from '../http/response-error.ts'
import { isObject } from '../is-object.ts'
import type { RepoKind } from '../kinds.ts'
import { belowRepo } from '../repos/path.ts'

export interface RepoCommit {
  id: string
  title: string
  message: string
  authors: string[]
  /** ISO 8601. */
  date: string
}

export interface CommitPage {
  commits: RepoCommit[]
  /** Commits on all pages. */
  total: number | undefined
}

/**
 * The commits up to a revision, the newest first, page by page.
 *
 * @throws RepoNotFound; Refused with `RevisionNotFound` or `isGated`; HubError otherwise
 */
export async function* listCommits(
  context: HubContext,
  kind: RepoKind,
  id: string,
  {
    revision = 'main',
    limit,
    signal,
  }: { revision?: string | undefined; limit?: number | undefined; signal?: AbortSignal | undefined } = {},
): AsyncGenerator<CommitPage, void, void> {
  const query = new URLSearchParams(limit === undefined ? [] : [['limit', String(limit)]])
  const route = belowRepo(kind, id, ['commits', revision])
  for await (const { items, total } of jsonPages(context, route, query, { route: 'repo', answer: 'repo', signal })) {
    yield { commits: items.flatMap(readCommit), total }
  }
}

function readCommit(commit: unknown): RepoCommit[] {
  if (!isObject(commit) || typeof commit['id'] !== 'string') return []
  const { id, title, message, authors, date } = commit
  const names = Array.isArray(authors) ? authors.map((author) => (isObject(author) ? author['user'] : author)) : []
  return [
    {
      id,
      title: String(title ?? ''),
      message: String(message ?? ''),
      authors: names.filter((name) => typeof name === 'string'),
      date: String(date ?? ''),
    },
  ]
}

interface RepoRef {
  name: string
  /** Such as `refs/heads/main`. */
  ref: string
  targetCommit: string
}

/** `pullRequests` is empty unless they were asked for. */
export interface RepoRefs {
  branches: RepoRef[]
  converts: RepoRef[]
  tags: RepoRef[]
  pullRequests: RepoRef[]
}

/** @throws RepoNotFound; HubError otherwise */
export async function listRefs(
  { endpoint, requester }: HubContext,
  kind: RepoKind,
  id: string,
  { pullRequests = false, signal }: { pullRequests?: boolean | undefined; signal?: AbortSignal | undefined } = {},
): Promise<RepoRefs> {
  const query = new URLSearchParams(pullRequests ? [['include_prs', '1']] : [])
  const url = apiUrl(endpoint, belowRepo(kind, id, ['refs']), query)
  const { json, headers } = await requester.request(url, { route: 'repo', answer: 'files', signal })
  if (!isObject(json)) throw new BrokenAnswer('The refs were not a JSON object, expected one.', traceOf(url, 200, headers))
  const group = (name: string): RepoRef[] => {
    const refs = json[name]
    return Array.isArray(refs) ? refs.filter(isRef) : []
  }
  const [branches, converts, tags] = [group('branches'), group('converts'), group('tags')]
  return { branches, converts, tags, pullRequests: group('pullRequests') }
}

function isRef(ref: unknown): ref is RepoRef {
  return isObject(ref) && ['name', 'ref', 'targetCommit'].every((key) => typeof ref[key] === 'string')
}
