import type { FastifyReply } from 'fastify'
import { sendJson } from '../../http/answer.ts'
import { HubRefusal, unknownPage } from '../../http/hub-refusal.ts'
import type { HubCommit } from '../../hub-files.ts'
import { isTrue } from '../../lists/list-query.ts'
import { type BelowRepo, contentsOf, splitUrl } from '../route-context.ts'
import { repoAt } from '../visible-repo.ts'
import { splitRevision } from './tree.ts'

const PAGE = 50
const MAX_PAGE = 1000

/** Answers `/commits/{rev}`, the newest first, in pages by number with the total in a header. */
export function sendCommits(below: BelowRepo): FastifyReply {
  const { kind, repo, rest, baseUrl, request, reply } = below
  const contents = contentsOf(below)
  const { revision, path } = splitRevision(rest)
  if (path !== '') throw unknownPage()
  const { parameters } = splitUrl(request.url)
  const limit = Math.min(MAX_PAGE, wholeNumber(parameters, 'limit', 1, PAGE))
  const page = wholeNumber(parameters, 'p', 0, 0)
  repoAt(contents, kind, repo, revision)
  const commits = contents.commits(kind, repo, revision)
  reply.header('x-total-count', commits.length)
  if ((page + 1) * limit < commits.length) {
    const url = new URL(request.url, baseUrl)
    url.searchParams.set('p', String(page + 1))
    reply.header('link', `<${url.href}>; rel="next"`)
  }
  const isFormatted = [...parameters.getAll('expand'), ...parameters.getAll('expand[]')].includes('formatted')
  const shown = commits.slice(page * limit, (page + 1) * limit).map((commit) => commitJson(commit, isFormatted))
  return sendJson(request, reply, JSON.stringify(shown))
}

function commitJson({ sha, title, message, author, atMs }: HubCommit, isFormatted: boolean): object {
  const authors = [{ user: author, avatar: `/avatars/${encodeURIComponent(author)}.svg` }]
  const commit = { id: sha, title, message, authors, date: new Date(atMs).toISOString() }
  return isFormatted ? { ...commit, formatted: { title: escaped(title), message: `<p>${escaped(message)}</p>` } } : commit
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}

function wholeNumber(parameters: URLSearchParams, name: string, least: number, missing: number): number {
  const value = parameters.get(name)
  if (value === null) return missing
  const number = Number(value)
  if (value !== '' && Number.isSafeInteger(number) && number >= least) return number
  throw new HubRefusal(400, `"${name}" must be a whole number of at least ${least}`)
}

const GROUPS = {
  branches: 'refs/heads/',
  converts: 'refs/convert/',
  tags: 'refs/tags/',
  pullRequests: 'refs/pr/',
} as const

/** Answers `/refs`: branches, conversions and tags, and with `include_prs` pull requests. */
export function sendRefs({ kind, repo, rest, files, request, reply }: BelowRepo): FastifyReply {
  if (rest.length > 0) throw unknownPage()
  const refs = files.refs(kind, repo)
  const groups = Object.entries(GROUPS).map(([group, prefix]) => [
    group,
    refs
      .filter(([ref]) => ref.startsWith(prefix))
      .map(([ref, targetCommit]) => ({ name: ref.slice(prefix.length), ref, targetCommit })),
  ])
  const { pullRequests, ...usual } = Object.fromEntries(groups)
  const hasRequests = isTrue(splitUrl(request.url).parameters.get('include_prs'))
  return sendJson(request, reply, JSON.stringify(hasRequests ? { ...usual, pullRequests } : usual))
}
