import { createHash } from 'node:crypto'
import type { HubFile } from '../hub-files.ts'

/** What git stores for a large file. */
export function pointerOf({ hash, size }: Pick<HubFile, 'hash' | 'size'>): Buffer {
  return Buffer.from(`version https://git-lfs.github.com/spec/v1\noid sha256:${hash}\nsize ${size}\n`)
}

/** The pointer as a file, as `/raw/` sends it. */
export function pointerFile(file: Pick<HubFile, 'hash' | 'size'>): HubFile {
  const bytes = pointerOf(file)
  return {
    size: bytes.length,
    hash: gitHashOf(bytes),
    contentType: 'text/plain; charset=utf-8',
    isLarge: false,
    read: (start, end) => bytes.subarray(start, end),
  }
}

/** Git's hash of a file. */
export function gitHashOf(bytes: Buffer): string {
  return createHash('sha1').update(`blob ${bytes.length}\0`).update(bytes).digest('hex')
}
