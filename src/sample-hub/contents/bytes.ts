import { createHash } from 'node:crypto'
import { Readable } from 'node:stream'
import type { HubFile } from '../../hub-server/hub-files.ts'

/** A file held in memory. Large files are those with a SHA-256 instead of git's hash. */
export function fileOf(bytes: Buffer, contentType: string, sha256?: string): HubFile {
  return {
    size: bytes.length,
    hash: sha256 ?? gitHash(bytes),
    contentType,
    isLarge: sha256 !== undefined,
    read: (start, end) => bytes.subarray(start, end),
  }
}

function gitHash(bytes: Buffer): string {
  return createHash('sha1').update(`blob ${bytes.length}\0`).update(bytes).digest('hex')
}

const SHA256_DIGITS = 64
const CHUNK_BYTES = 64 * 1024

/** A file of any size that repeats its hash and ends with `tail`. Its bytes are generated when they are read. */
export function fillerFile(size: number, hash: string, tail: Buffer = Buffer.alloc(0)): HubFile {
  const bodyEnd = Math.max(0, size - tail.length)
  const pattern = Buffer.alloc(CHUNK_BYTES + hash.length, `${hash || 'x'}`)
  const period = hash.length || 1

  function* chunks(start: number, end: number): Generator<Buffer> {
    for (let at = start; at < Math.min(end, bodyEnd); ) {
      const next = Math.min(at + CHUNK_BYTES, end, bodyEnd)
      yield pattern.subarray(at % period, (at % period) + next - at)
      at = next
    }
    if (end > bodyEnd) yield tail.subarray(Math.max(0, start - bodyEnd), end - bodyEnd)
  }

  return {
    size,
    hash,
    contentType: 'application/octet-stream',
    isLarge: hash.length === SHA256_DIGITS,
    read: (start, end) =>
      end - start <= CHUNK_BYTES ? Buffer.concat([...chunks(start, end)]) : Readable.from(chunks(start, end)),
  }
}
