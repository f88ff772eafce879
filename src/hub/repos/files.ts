import type { HubContext } from '../context.ts'
import { hubUrl } from '../endpoint.ts'
import { ForeignRedirect, Refused } from '../errors.ts'
import { forMessage } from '../for-message.ts'
import type { RepoKind } from '../kinds.ts'
import { filePath } from './path.ts'

export interface FileOptions {
  /** A branch, tag, ref or commit. @default 'main' */
  revision?: string | undefined
  /** First and last byte, both included, or the number of bytes at the end. A server may still send the whole file. */
  range?: { from: number; to: number } | { last: number } | undefined
  /** Bytes beyond this are never downloaded. */
  maxBytes: number
  signal?: AbortSignal | undefined
}

/** A file of a repo, or a part of it. */
export interface RepoFile {
  bytes: Buffer
  /** Position of the first of `bytes` in the file; undefined if the server did not say. */
  from: number | undefined
  /** Size of the whole file; undefined if the server did not say. */
  fileBytes: number | undefined
  /** False when the file continues after `bytes`. */
  reachesEnd: boolean
  /** The commit of the revision. */
  commit: string | undefined
  requests: number
}

/**
 * Reads a file through `/resolve/`, which the Hub charges to the bucket `resolvers`. Large files are on other hosts, to which
 * the Hub redirects. These get no token.
 *
 * The Hub counts a GET of `config.json`, of some other files and of any GGUF as a download of the model.
 *
 * @throws RepoNotFound, Refused (`EntryNotFound`, `RevisionNotFound`, `isGated`) or another HubError
 */
export async function repoFile(
  context: HubContext,
  kind: RepoKind,
  id: string,
  path: string,
  options: FileOptions,
): Promise<RepoFile> {
  return await fileAt(context, hubUrl(context.endpoint, filePath(kind, id, options.revision ?? 'main', path)), options)
}

/**
 * Reads a file by its URL on the Hub, as a Parquet listing contains it.
 *
 * @throws ForeignRedirect when the URL is on another host; Refused when it would request another file. Nothing is sent then
 */
export async function fileAt(
  { endpoint, requester }: HubContext,
  url: string,
  { range, maxBytes, signal }: FileOptions,
): Promise<RepoFile> {
  const origin = URL.canParse(url) ? new URL(url).origin : undefined
  if (origin !== endpoint.origin) {
    const advice = 'Set the endpoint to the host of the files.'
    const message = `${forMessage(url)} is not on ${endpoint.origin}; it was not fetched. ${advice}`
    throw new ForeignRedirect(message, { url, to: url })
  }
  // A URL parser drops a fragment and resolves dots, so another file would be requested.
  if (/#|\/(?:\.|%2e){1,2}(?:[/?#]|$)/i.test(url)) {
    throw new Refused(`${forMessage(url)} does not name a file and was not fetched. Expected a URL with its names escaped.`, {
      url,
    })
  }
  const asked = range === undefined ? undefined : 'last' in range ? `bytes=-${range.last}` : `bytes=${range.from}-${range.to}`
  const answer = await requester.file(url, { route: 'repo', signal, range: asked, maxBytes })
  const { body, headers, status, requests } = answer
  const place = status === 206 ? readContentRange(headers['content-range']) : wholeFile(headers['content-length'])
  const { from, fileBytes } = place
  const reachesEnd = fileBytes === undefined || from === undefined ? body.length < maxBytes : from + body.length >= fileBytes
  return { bytes: body, from, fileBytes, reachesEnd, commit: headers['x-repo-commit'], requests }
}

interface Place {
  from: number | undefined
  fileBytes: number | undefined
}

function wholeFile(contentLength: string | undefined): Place {
  return { from: 0, fileBytes: byteCount(contentLength) }
}

/** Reads `bytes 100-199/1000`, where the total may be `*`. */
function readContentRange(value: string | undefined): Place {
  const [, from, total] = /^bytes (\d{1,15})-\d{1,15}\/(\d{1,15}|\*)$/.exec(value?.trim() ?? '') ?? []
  return { from: byteCount(from), fileBytes: byteCount(total) }
}

function byteCount(text: string | undefined): number | undefined {
  return text !== undefined && /^\d{1,15}$/.test(text) ? Number(text) : undefined
}
