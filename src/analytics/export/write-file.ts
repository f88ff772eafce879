import { createHash, type Hash } from 'node:crypto'
import { type FileHandle, open } from 'node:fs/promises'

/** A file that is written from beginning to end, with its size and hash. */
export class HashedFile implements AsyncDisposable {
  readonly #file: FileHandle
  readonly #hash: Hash = createHash('sha256')
  bytes = 0

  private constructor(file: FileHandle) {
    this.#file = file
  }

  static async create(path: string): Promise<HashedFile> {
    return new HashedFile(await open(path, 'wx', 0o644))
  }

  async write(chunk: Uint8Array): Promise<void> {
    this.#hash.update(chunk)
    this.bytes += chunk.byteLength
    await this.#file.writeFile(chunk)
  }

  /** Makes sure that the disk has all of it. Returns the SHA-256 in hexadecimal. */
  async finish(): Promise<string> {
    await this.#file.sync()
    return this.#hash.digest('hex')
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#file.close()
  }
}
