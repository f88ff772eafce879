import type { HubContext } from '../context.ts'
import { BrokenAnswer } from '../errors.ts'
import { fileAt, type RepoFile } from '../repos/files.ts'

export interface DownloadOptions {
  /** Bytes that the caller has already. @default 0 */
  from?: number | undefined
  /** Bytes per request. @default 16 MiB */
  chunkBytes?: number | undefined
  signal?: AbortSignal | undefined
}

export interface DownloadChunk {
  bytes: Buffer
  /** Position of the first of `bytes` in the file. */
  from: number
  /** Size of the whole file; undefined if the server did not say. */
  fileBytes: number | undefined
}

const CHUNK_BYTES = 16 * 1024 * 1024

/**
 * Reads a file of any size in ranges, so that memory stays bounded and a failure costs one range.
 *
 * @param url on the Hub, at a commit, since a branch may move between two ranges
 * @throws BrokenAnswer when the server ignores ranges; HubError as `fileAt` does
 */
export async function* downloadFile(
  context: HubContext,
  url: string,
  { from = 0, chunkBytes = CHUNK_BYTES, signal }: DownloadOptions = {},
): AsyncGenerator<DownloadChunk, void, void> {
  for (let at = from; ; ) {
    const range = { from: at, to: at + chunkBytes - 1 }
    const file: RepoFile = await fileAt(context, url, { range, maxBytes: chunkBytes, signal })
    if (file.from !== at) {
      throw new BrokenAnswer(`${url} was answered from byte ${file.from}, expected byte ${at}: the server ignores ranges.`, {
        url,
      })
    }
    yield { bytes: file.bytes, from: at, fileBytes: file.fileBytes }
    at += file.bytes.length
    if (file.reachesEnd) return
    if (file.bytes.length === 0) throw new BrokenAnswer(`${url} ended after ${at} of ${file.fileBytes} bytes.`, { url })
  }
}
