import type { EmbedderSpec } from '../../catalog/embeddings/embedder.ts'
import { type EmbedParts, embedDue } from './embed-due.ts'
import { EmbedderFailure } from './embedder.ts'

export interface EmbeddingSyncParts extends Omit<EmbedParts, 'previous'> {
  /** How long the background rests after its first failure in a row; it doubles. @default 30_000 */
  restMs?: number
  /** Called when background work fails; the same failure is reported once until it passes. */
  onFailure?(error: Error): void
  onRecovery?(): void
}

const REST_MS = 30_000
const LONGEST_REST_MS = 600_000

/** Embeds due texts beside the indexing of a process, so that neither waits for the other. */
export class EmbeddingSync {
  readonly #parts: EmbeddingSyncParts
  readonly #stopping = new AbortController()
  #adopted: EmbedderSpec | undefined
  #embedded = 0
  #running: Promise<void> | undefined
  #restUntil = 0
  #restMs = 0
  #reported: string | undefined

  constructor(parts: EmbeddingSyncParts) {
    this.#parts = parts
  }

  /** The number of texts embedded so far. */
  get embedded(): number {
    return this.#embedded
  }

  /** Starts to embed due texts in the background, unless that is running or has just failed. Returns at once. */
  wake(): void {
    if (this.#running !== undefined || this.#stopping.signal.aborted || performance.now() < this.#restUntil) return
    this.#running = this.finish(this.#stopping.signal)
      .then(
        () => this.#recover(),
        (error: unknown) => this.#rest(error),
      )
      .finally(() => {
        this.#running = undefined
      })
  }

  /** Embeds all due texts. @returns how many could not be embedded @throws what prevents that */
  async finish(signal: AbortSignal, onProgress?: (embedded: number) => void): Promise<{ embedded: number; failed: number }> {
    const total = { embedded: 0, failed: 0 }
    for await (const { spec, embedded, failed } of embedDue({ ...this.#parts, previous: this.#adopted }, signal)) {
      this.#adopted = spec
      this.#embedded += embedded
      total.embedded += embedded
      total.failed += failed
      onProgress?.(total.embedded)
      if (signal.aborted) break
    }
    return total
  }

  /** Stops the work in the background. What was not embedded stays due. */
  async stop(): Promise<void> {
    this.#stopping.abort()
    await this.#running
  }

  #recover(): void {
    if (this.#reported !== undefined) this.#parts.onRecovery?.()
    this.#reported = undefined
    this.#restMs = 0
  }

  #rest(error: unknown): void {
    if (this.#stopping.signal.aborted || !(error instanceof Error)) return
    const { restMs = REST_MS } = this.#parts
    this.#restMs = Math.min(LONGEST_REST_MS, this.#restMs === 0 ? restMs : 2 * this.#restMs)
    this.#restUntil = performance.now() + this.#restMs
    if (error instanceof EmbedderFailure && error.code === 'wrong-dimensions') this.#adopted = undefined
    if (this.#reported !== error.message) this.#parts.onFailure?.(error)
    this.#reported = error.message
  }
}
