import type { FastifyReply } from 'fastify'
import { sendJson } from '../http/answer.ts'
import { HubRefusal, unknownPage } from '../http/hub-refusal.ts'
import type { FileEntry } from '../hub-files.ts'
import { isTrue } from '../lists/list-query.ts'
import { type BelowRepo, splitUrl } from './route-context.ts'
import { checkRevision } from './visible-repo.ts'

const PAGE = 1000

interface TreeEntry {
  readonly type: 'file' | 'directory'
  readonly path: string
  readonly [field: string]: unknown
}

/** Answers `/tree/{rev}[/{path}]` in pages of a thousand: the entries of a folder, or with `recursive` all below it. */
export function sendTree({ kind, repo, rest, files, baseUrl, request, reply }: BelowRepo): FastifyReply {
  const { revision, folder } = split(rest)
  checkRevision(repo, revision)
  const { parameters } = splitUrl(request.url)
  const isRecursive = isTrue(parameters.get('recursive'))
  const entries = entriesOf(files.list(kind, repo, revision), folder, isRecursive)
  if (folder !== '' && entries.length === 0) throw new HubRefusal(404, `${folder} does not exist`, 'EntryNotFound')
  const after = parameters.get('cursor')
  const limit = Math.min(PAGE, Number(parameters.get('limit')) || PAGE)
  const path = after === null ? undefined : decodeCursor(after)
  const start = path === undefined ? 0 : entries.findIndex((entry) => entry.path > path)
  const page = start < 0 ? [] : entries.slice(start, start + limit)
  const last = page.at(-1)
  if (last !== undefined && last !== entries.at(-1)) {
    const url = new URL(request.url, baseUrl)
    url.searchParams.set('cursor', encodeCursor(last, limit))
    reply.header('link', `<${url.href}>; rel="next"`)
  }
  return sendJson(request, reply, JSON.stringify(page))
}

/** Some clients do not encode the slashes of a ref. */
function split(rest: readonly string[]): { revision: string; folder: string } {
  const [revision] = rest
  if (revision === undefined) throw unknownPage()
  const length = revision === 'refs' ? 3 : 1
  return { revision: rest.slice(0, length).join('/'), folder: rest.slice(length).join('/') }
}

/** Sorted by path, since cursors hold a path. */
function entriesOf(files: readonly FileEntry[], folder: string, isRecursive: boolean): TreeEntry[] {
  const prefix = folder === '' ? '' : `${folder}/`
  const entries = new Map<string, TreeEntry>()
  for (const file of files) {
    const { rfilename } = file
    if (!rfilename.startsWith(prefix)) continue
    const parts = rfilename.slice(prefix.length).split('/')
    for (let depth = 1; depth < parts.length && (isRecursive || depth === 1); depth++) {
      const path = prefix + parts.slice(0, depth).join('/')
      entries.set(path, { type: 'directory', oid: file.blobId, size: 0, path })
    }
    if (isRecursive || parts.length === 1) entries.set(rfilename, fileEntry(file))
  }
  return [...entries.values()].sort((a, b) => (a.path < b.path ? -1 : 1))
}

function fileEntry({ rfilename: path, blobId: oid, size, lfs }: FileEntry): TreeEntry {
  const entry = { type: 'file', oid, size, path } as const
  return lfs === undefined ? entry : { ...entry, lfs: { oid: lfs.sha256, size: lfs.size, pointerSize: lfs.pointerSize } }
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
