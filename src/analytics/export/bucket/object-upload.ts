import { createHash, type Hash } from 'node:crypto'
import type { ExportFile } from '../export-target.ts'
import type { Bucket } from './bucket.ts'

/**
 * Bytes of a part. An object has at most 10,000 parts, so tables of up to 160 GB fit. Two parts are in memory: one that is sent, and
 * one that fills meanwhile.
 */
const PART_BYTES = 16 * 1024 * 1024

const ABORT_TIMEOUT_MS = 30_000

/** Memory for two parts, which the files of an export use in turn. */
export type PartBuffers = [Buffer, Buffer]

/** @param bytes of a part; S3 accepts at least 5 MiB */
export function createPartBuffers(bytes: number = PART_BYTES): PartBuffers {
  return [Buffer.allocUnsafe(bytes), Buffer.allocUnsafe(bytes)]
}

/** An object that is written as a stream: in one request if it is small, else by a multipart upload. It is visible when whole. */
export class ObjectUpload implements ExportFile {
  readonly path: string
  readonly #bucket: Bucket
  readonly #key: string
  readonly #buffers: PartBuffers
  readonly #signal: AbortSignal
  readonly #hash: Hash = createHash('sha256')
  bytes = 0
  #filled = 0
  #uploadId: string | undefined
  #parts: Promise<string>[] = []
  #isWhole = false

  /** @param path in the manifest */
  constructor(bucket: Bucket, key: string, path: string, buffers: PartBuffers, signal: AbortSignal) {
    this.path = path
    this.#bucket = bucket
    this.#key = key
    this.#buffers = buffers
    this.#signal = signal
  }

  async write(chunk: Uint8Array): Promise<void> {
    this.#hash.update(chunk)
    this.bytes += chunk.byteLength
    for (let start = 0; start < chunk.byteLength; ) {
      const [part] = this.#buffers
      const piece = chunk.subarray(start, start + part.byteLength - this.#filled)
      part.set(piece, this.#filled)
      this.#filled += piece.byteLength
      start += piece.byteLength
      if (this.#filled === part.byteLength) await this.#sendPart()
    }
  }

  async finish(): Promise<string> {
    if (this.#uploadId === undefined) {
      await this.#bucket.put(this.#key, this.#buffers[0].subarray(0, this.#filled), this.#signal)
    } else {
      if (this.#filled > 0) await this.#sendPart()
      await this.#bucket.completeUpload(this.#key, this.#uploadId, await Promise.all(this.#parts), this.#signal)
    }
    this.#isWhole = true
    return this.#hash.digest('hex')
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.allSettled(this.#parts)
    if (this.#isWhole || this.#uploadId === undefined) return
    // The parts of an upload that cannot be aborted are invisible. The next export aborts it.
    await this.#bucket.abortUpload(this.#key, this.#uploadId, AbortSignal.timeout(ABORT_TIMEOUT_MS)).catch(() => undefined)
  }

  /** Returns when the part before is sent, because its memory is used next. */
  async #sendPart(): Promise<void> {
    this.#uploadId ??= await this.#bucket.createUpload(this.#key, this.#signal)
    await this.#parts.at(-1)
    const [full, free] = this.#buffers
    const body = full.subarray(0, this.#filled)
    const sent = this.#bucket.uploadPart(this.#key, this.#uploadId, this.#parts.length + 1, body, this.#signal)
    // A failure is reported by the next part, or by finish.
    sent.catch(() => undefined)
    this.#parts.push(sent)
    this.#buffers.splice(0, 2, free, full)
    this.#filled = 0
  }
}
