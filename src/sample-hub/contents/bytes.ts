import { createHash } from 'node:crypto'
import { Readable } from 'node:stream'
import { gitHashOf, pointerOf } from '../../hub-server/http/git-objects.ts'
import type { FileEntry, HubFile } from '../../hub-server/hub-files.ts'

/** A file held in memory. Git stores a pointer to a large one. */
export function fileOf(bytes: Buffer, contentType: string, isLarge: boolean): HubFile {
  return {
    size: bytes.length,
    hash: isLarge ? sha256Of(bytes) : gitHashOf(bytes),
    contentType,
    isLarge,
    read: (start, end) => bytes.subarray(start, end),
  }
}

const CHUNK_BYTES = 64 * 1024

interface Filler {
  readonly size: number
  readonly contentType: string
  readonly isLarge: boolean
  /** The first and last bytes; text is repeated between them. */
  readonly head?: Buffer
  readonly tail?: Buffer
  readonly text: string
  /** @default the true one, for which the whole file is read */
  readonly hash?: string | undefined
}

/** A file of any size. Its bytes are made when they are read. */
export function fillerFile({ size, contentType, isLarge, text, hash, ...ends }: Filler): HubFile {
  const { head = Buffer.alloc(0), tail = Buffer.alloc(0) } = ends
  const headEnd = Math.min(size, head.length)
  const bodyEnd = Math.max(headEnd, size - tail.length)
  const period = text.length || 1
  let pattern: Buffer | undefined
  let known = hash

  function* chunks(start: number, end: number): Generator<Buffer> {
    if (start < headEnd) yield head.subarray(start, Math.min(end, headEnd))
    pattern ??= Buffer.alloc(Math.min(CHUNK_BYTES, bodyEnd - headEnd) + period, text || 'x')
    for (let at = Math.max(start, headEnd); at < Math.min(end, bodyEnd); ) {
      const next = Math.min(at + CHUNK_BYTES, end, bodyEnd)
      yield pattern.subarray(at % period, (at % period) + next - at)
      at = next
    }
    if (end > bodyEnd) yield tail.subarray(Math.max(0, start - bodyEnd), end - bodyEnd)
  }

  return {
    size,
    contentType,
    isLarge,
    get hash() {
      known ??= hashOf(size, isLarge, chunks(0, size))
      return known
    },
    read: (start, end) =>
      end - start <= CHUNK_BYTES ? Buffer.concat([...chunks(start, end)]) : Readable.from(chunks(start, end)),
  }
}

/** A file as listings show it. */
export function entryOf(rfilename: string, file: HubFile): FileEntry {
  const { size, hash, isLarge } = file
  if (!isLarge) return { rfilename, size, blobId: hash }
  const pointer = pointerOf(file)
  return { rfilename, size, blobId: gitHashOf(pointer), lfs: { sha256: hash, size, pointerSize: pointer.length } }
}

export function sha256Of(content: Buffer | string): string {
  return createHash('sha256').update(content).digest('hex')
}

function hashOf(size: number, isLarge: boolean, chunks: Iterable<Buffer>): string {
  const digest = isLarge ? createHash('sha256') : createHash('sha1').update(`blob ${size}\0`)
  for (const chunk of chunks) digest.update(chunk)
  return digest.digest('hex')
}
