import type { FastifyReply } from 'fastify'
import { sendJson } from '../../http/answer.ts'
import { HubRefusal, unknownPage } from '../../http/hub-refusal.ts'
import { isTrue } from '../../lists/list-query.ts'
import { type BelowRepo, splitUrl } from '../route-context.ts'
import { repoAt } from '../visible-repo.ts'
import { entriesBelow, expandedEntries, type TreeEntry } from './entries.ts'

const PAGE = 1000
/** Sources disagree about the size of a page with `expand`: 50 or 100. */
const EXPANDED_PAGE = 50

/** Answers `/tree/{rev}[/{path}]` in pages: the entries of a folder, or with `recursive` all below it. */
export function sendTree({ kind, repo, rest, files, contents, baseUrl, request, reply }: BelowRepo): FastifyReply {
  const { revision, path: folder } = splitRevision(rest)
  const { parameters } = splitUrl(request.url)
  const isExpanded = isTrue(parameters.get('expand'))
  reply.header('x-repo-commit', String(repoAt(files, kind, repo, revision)['sha']))
  const entries = entriesBelow(files.list(kind, repo, revision), folder, isTrue(parameters.get('recursive')))
  if (folder !== '' && entries.length === 0) throw new HubRefusal(404, `${folder} does not exist`, 'EntryNotFound')
  const after = parameters.get('cursor')
  const limit = limitOf(parameters.get('limit'), isExpanded ? EXPANDED_PAGE : PAGE)
  const path = after === null ? undefined : decodeCursor(after)
  const start = path === undefined ? 0 : entries.findIndex((entry) => entry.path > path)
  const page = start < 0 ? [] : entries.slice(start, start + limit)
  const last = page.at(-1)
  if (last !== undefined && last !== entries.at(-1)) {
    const url = new URL(request.url, baseUrl)
    url.searchParams.set('cursor', encodeCursor(last, limit))
    reply.header('link', `<${url.href}>; rel="next"`)
  }
  const shown = isExpanded ? expandedEntries(page, { kind, repo, contents, revision }) : page
  return sendJson(request, reply, JSON.stringify(shown))
}

/** Revision and path of a route. Some clients do not encode the slashes of a ref. */
export function splitRevision(rest: readonly string[]): { revision: string; path: string } {
  const [revision] = rest
  if (revision === undefined) throw unknownPage()
  const length = revision === 'refs' ? 3 : 1
  return { revision: rest.slice(0, length).join('/'), path: rest.slice(length).join('/') }
}

function limitOf(value: string | null, most: number): number {
  const limit = Number(value)
  return Number.isInteger(limit) && limit >= 1 ? Math.min(most, limit) : most
}

/** The Hub's format: an encoded entry and the page size, encoded again. */
function encodeCursor({ path, oid }: TreeEntry, limit: number): string {
  const entry = base64(JSON.stringify({ file_name: path, tree_oid: oid }))
  return base64(`${entry}:${limit}`)
}

function decodeCursor(cursor: string): string {
  try {
    const [entry = ''] = fromBase64(cursor).split(':')
    return String(JSON.parse(fromBase64(entry)).file_name)
  } catch {
    // Not base64 or not JSON: there is nothing specific to report.
    throw new HubRefusal(400, 'Invalid cursor: expected the one of a Link header')
  }
}

function base64(text: string): string {
  return Buffer.from(text).toString('base64')
}

function fromBase64(text: string): string {
  return Buffer.from(text, 'base64').toString()
}
