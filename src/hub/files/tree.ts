import type { HubContext } from '../context.ts'
import { apiUrl } from '../endpoint.ts'
import { BrokenAnswer } from '../errors.ts'
import { jsonPages } from '../http/json-pages.ts'
import { traceOf } from '../http/response-error.ts'
import { isObject } from '../is-object.ts'
import type { RepoKind } from '../kinds.ts'
import { parseJson } from '../parse-json.ts'
import { belowRepo } from '../repos/path.ts'

/** A file or folder. `lastCommit` and `securityFileStatus` come with `expand`. */
export interface TreeEntry {
  path: string
  type: string
  /** Bytes; 0 for a folder. */
  size: number
  /** Git's hash. A large file has the hash of its pointer. */
  oid: string | undefined
  /** Of large files only. `oid` is the SHA-256. */
  lfs: { oid: string; size: number; pointerSize: number | undefined } | undefined
  lastCommit: { id: string; title: string; date: string } | undefined
  securityFileStatus: Record<string, unknown> | undefined
}

export interface TreeOptions {
  /** A branch, tag, ref or commit. @default 'main' */
  revision?: string | undefined
  /** A folder. @default the root */
  path?: string | undefined
  recursive?: boolean | undefined
  /** Adds the last commit and the result of the security scan; the Hub then sends shorter pages. */
  expand?: boolean | undefined
  /** Entries per page; the Hub caps it at 1000. */
  limit?: number | undefined
  signal?: AbortSignal | undefined
}

/**
 * The files and folders of a repo, page by page. The Hub answers for gated repos too.
 *
 * @throws RepoNotFound; Refused with `RevisionNotFound` or `EntryNotFound`; HubError otherwise
 */
export async function* listTree(
  context: HubContext,
  kind: RepoKind,
  id: string,
  { revision = 'main', path = '', recursive, expand, limit, signal }: TreeOptions = {},
): AsyncGenerator<TreeEntry[], void, void> {
  const folder = path === '' ? [] : path.split('/')
  const query = new URLSearchParams()
  for (const [name, value] of Object.entries({ recursive, expand, limit })) if (value) query.set(name, String(value))
  const route = belowRepo(kind, id, ['tree', revision, ...folder])
  for await (const { items } of jsonPages(context, route, query, { route: 'repo', answer: 'files', signal })) {
    yield items.flatMap(readEntry)
  }
}

/** The Hub takes no more at a time. */
const PATHS_PER_REQUEST = 1000

/**
 * Given files and folders of a repo. Missing ones are left out.
 *
 * @throws as `listTree` does
 */
export async function pathsInfo(
  { endpoint, requester }: HubContext,
  kind: RepoKind,
  id: string,
  paths: readonly string[],
  { revision = 'main', expand, signal }: Pick<TreeOptions, 'revision' | 'expand' | 'signal'> = {},
): Promise<TreeEntry[]> {
  const url = apiUrl(endpoint, belowRepo(kind, id, ['paths-info', revision]))
  const entries: TreeEntry[] = []
  for (let start = 0; start < paths.length; start += PATHS_PER_REQUEST) {
    const json = { paths: paths.slice(start, start + PATHS_PER_REQUEST), ...(expand === undefined ? {} : { expand }) }
    const answer = await requester.change(url, { method: 'POST', json, route: 'repo', signal })
    const found = parsed(answer.text)
    if (!Array.isArray(found)) {
      throw new BrokenAnswer('paths-info was no JSON array, expected one.', traceOf(answer.url, 200, answer.headers))
    }
    entries.push(...found.flatMap(readEntry))
  }
  return entries
}

function parsed(text: string): unknown {
  try {
    return parseJson(text)
  } catch {
    // The caller reports it.
    return undefined
  }
}

function readEntry(entry: unknown): TreeEntry[] {
  if (!isObject(entry)) return []
  const { path, type, size, oid, lfs, lastCommit, securityFileStatus } = entry
  if (typeof path !== 'string' || typeof type !== 'string') return []
  return [
    {
      path,
      type,
      size: typeof size === 'number' ? size : 0,
      oid: typeof oid === 'string' ? oid : undefined,
      lfs: readLfs(lfs),
      lastCommit: readLastCommit(lastCommit),
      securityFileStatus: isObject(securityFileStatus) ? securityFileStatus : undefined,
    },
  ]
}

function readLfs(lfs: unknown): TreeEntry['lfs'] {
  if (!isObject(lfs)) return undefined
  const { oid, size, pointerSize } = lfs
  if (typeof oid !== 'string' || typeof size !== 'number') return undefined
  return { oid, size, pointerSize: typeof pointerSize === 'number' ? pointerSize : undefined }
}

function readLastCommit(commit: unknown): TreeEntry['lastCommit'] {
  if (!isObject(commit)) return undefined
  const { id, title, date } = commit
  return typeof id === 'string' ? { id, title: String(title ?? ''), date: String(date ?? '') } : undefined
}
