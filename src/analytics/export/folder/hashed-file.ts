import { createHash, type Hash } from 'node:crypto'
import { type FileHandle, mkdir, open } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { ExportFile } from '../export-target.ts'

/** A new file in a folder, with its size and hash. */
export class HashedFile implements ExportFile {
  readonly path: string
  readonly #file: FileHandle
  readonly #hash: Hash = createHash('sha256')
  bytes = 0

  private constructor(path: string, file: FileHandle) {
    this.path = path
    this.#file = file
  }

  static async create(folder: string, path: string): Promise<HashedFile> {
    await mkdir(dirname(join(folder, path)), { recursive: true })
    return new HashedFile(path, await open(join(folder, path), 'wx', 0o644))
  }

  async write(chunk: Uint8Array): Promise<void> {
    this.#hash.update(chunk)
    this.bytes += chunk.byteLength
    await this.#file.writeFile(chunk)
  }

  async finish(): Promise<string> {
    await this.#file.sync()
    return this.#hash.digest('hex')
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#file.close()
  }
}
