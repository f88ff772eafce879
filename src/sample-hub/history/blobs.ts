import { gitHashOf } from '../../hub-server/http/git-objects.ts'
import { sha256Of } from '../contents/bytes.ts'

/** Contents that were committed or uploaded, by SHA-256 and by git's hash. They are never removed. */
export class Blobs {
  readonly #bytes = new Map<string, Buffer>()

  /** Each content once, in base64. */
  get state(): readonly string[] {
    return [...new Set(this.#bytes.values())].map((bytes) => bytes.toString('base64'))
  }

  set state(contents: readonly string[]) {
    for (const content of contents) this.put(Buffer.from(content, 'base64'))
  }

  get(hash: unknown): Buffer | undefined {
    return typeof hash === 'string' ? this.#bytes.get(hash) : undefined
  }

  put(bytes: Buffer): void {
    this.#bytes.set(sha256Of(bytes), bytes)
    this.#bytes.set(gitHashOf(bytes), bytes)
  }

  /** Stores a content if it has this SHA-256. */
  putAs(sha256: string, bytes: Buffer): boolean {
    if (sha256Of(bytes) !== sha256) return false
    this.put(bytes)
    return true
  }
}
