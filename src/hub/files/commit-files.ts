import type { HubContext } from '../context.ts'
import { apiUrl } from '../endpoint.ts'
import { BrokenAnswer, Refused } from '../errors.ts'
import { traceOf } from '../http/response-error.ts'
import { isObject } from '../is-object.ts'
import type { RepoKind } from '../kinds.ts'
import { parseJson } from '../parse-json.ts'
import { belowRepo } from '../repos/path.ts'

type FileChange = { path: string; content: Buffer } | { path: string; delete: 'file' | 'folder' }

export interface FileCommit {
  title: string
  message?: string | undefined
  changes: readonly FileChange[]
  /** A branch. @default 'main' */
  revision?: string | undefined
  /** The commit that the branch must be at. Without it, a commit made meanwhile is kept, and its changes may be overwritten. */
  parentCommit?: string | undefined
  /** Opens a pull request instead. */
  createPullRequest?: boolean | undefined
  signal?: AbortSignal | undefined
}

export interface MadeCommit {
  oid: string
  url: string
  pullRequestUrl: string | undefined
}

/**
 * Commits files, whose contents are sent with the commit. Sent only once: repeating it could make a second commit.
 *
 * @throws Refused for files that the Hub takes only through its large file storage, for paths that it refuses, and with status
 * 412 when the branch is at another commit; RepoNotFound; NotAuthorized; HubError otherwise
 */
export async function commitFiles(
  { endpoint, requester }: HubContext,
  kind: RepoKind,
  id: string,
  { title, message, changes, revision = 'main', parentCommit, createPullRequest = false, signal }: FileCommit,
): Promise<MadeCommit> {
  const query = new URLSearchParams(createPullRequest ? [['create_pr', '1']] : [])
  const address = (route: string): string => apiUrl(endpoint, belowRepo(kind, id, [route, revision]), query)
  const added = changes.filter((change) => 'content' in change)
  if (added.length > 0) {
    const files = added.map(({ path, content }) => {
      return { path, size: content.length, sample: content.subarray(0, 512).toString('base64') }
    })
    const answer = await requester.change(address('preupload'), { method: 'POST', json: { files }, route: 'change', signal })
    const large = largeAmong(answer.text)
    if (large !== undefined) {
      throw new Refused(`The Hub takes ${large} only through its large file storage. Upload it with the Hub's own tools.`)
    }
  }
  const header = { summary: title, description: message, parentCommit }
  const ndjson = [{ key: 'header', value: header }, ...changes.map(lineOf)]
  const change = { method: 'POST', ndjson, route: 'change', retries: 0, signal } as const
  const { text, url, headers } = await requester.change(address('commit'), change)
  const made = parsedObject(text)
  const { commitOid, commitUrl, pullRequestUrl } = made
  if (typeof commitOid !== 'string' || typeof commitUrl !== 'string') {
    throw new BrokenAnswer('The Hub answered the commit without commitOid or commitUrl.', traceOf(url, 200, headers))
  }
  return { oid: commitOid, url: commitUrl, pullRequestUrl: typeof pullRequestUrl === 'string' ? pullRequestUrl : undefined }
}

function lineOf(change: FileChange): object {
  const { path } = change
  if ('delete' in change) return { key: change.delete === 'folder' ? 'deletedFolder' : 'deletedFile', value: { path } }
  return { key: 'file', value: { path, content: change.content.toString('base64'), encoding: 'base64' } }
}

/** The first file that must not be sent with the commit. */
function largeAmong(text: string): string | undefined {
  const { files } = parsedObject(text)
  const large = Array.isArray(files) ? files.find((file) => isObject(file) && file['uploadMode'] === 'lfs') : undefined
  return large === undefined ? undefined : String(large['path'])
}

function parsedObject(text: string): Record<string, unknown> {
  try {
    const json = parseJson(text)
    return isObject(json) ? json : {}
  } catch {
    // The caller reports what is missing.
    return {}
  }
}

export interface NewRef {
  name: string
  /** A branch, tag or commit. @default 'main' */
  revision?: string | undefined
}

/** Creates a branch or tag. @throws Refused with status 409 when it exists; RepoNotFound; NotAuthorized; HubError otherwise */
export async function createRef(
  { endpoint, requester }: HubContext,
  kind: RepoKind,
  id: string,
  ref: 'branch' | 'tag',
  { name, revision = 'main' }: NewRef,
  { signal }: { signal?: AbortSignal | undefined } = {},
): Promise<void> {
  const isBranch = ref === 'branch'
  const url = apiUrl(endpoint, belowRepo(kind, id, [ref, isBranch ? name : revision]))
  const json = isBranch ? { startingPoint: revision } : { tag: name }
  await requester.change(url, { method: 'POST', json, route: 'change', retries: 0, signal })
}

/** @throws Refused with `RevisionNotFound` when there is none; RepoNotFound; NotAuthorized; HubError otherwise */
export async function deleteRef(
  { endpoint, requester }: HubContext,
  kind: RepoKind,
  id: string,
  ref: 'branch' | 'tag',
  name: string,
  { signal }: { signal?: AbortSignal | undefined } = {},
): Promise<void> {
  const url = apiUrl(endpoint, belowRepo(kind, id, [ref, name]))
  await requester.change(url, { method: 'DELETE', route: 'change', retries: 0, signal })
}
