import { setTimeout as sleep } from 'node:timers/promises'
import { type Embedder, EmbedderFailure } from './embedder.ts'

const ATTEMPTS = 3
const MAX_WAIT_MS = 60_000

/** What became of each text, in order: its vector, or why it has none. */
export type TextOutcome = number[] | EmbedderFailure

/**
 * Embeds texts. A request that fails for its texts is halved until the bad ones are isolated.
 * @param retryMs the wait after the first failure that may pass; it doubles
 * @throws EmbedderFailure if the embedder fails at all texts: then they are not the cause
 */
export async function embedTexts(
  embedder: Embedder,
  texts: readonly string[],
  { signal, retryMs = 1_000 }: { signal: AbortSignal; retryMs?: number },
): Promise<TextOutcome[]> {
  let embedded = 0
  let failed = 0
  return await outcomesOf(texts)

  async function outcomesOf(some: readonly string[]): Promise<TextOutcome[]> {
    try {
      const vectors = await withRetries(() => embedder.embed(some, 'document', signal), signal, retryMs)
      embedded += vectors.length
      return vectors
    } catch (error) {
      if (!(error instanceof EmbedderFailure) || !error.isOfTexts) throw error
      if (some.length > 1) {
        const middle = Math.ceil(some.length / 2)
        return [...(await outcomesOf(some.slice(0, middle))), ...(await outcomesOf(some.slice(middle)))]
      }
      if (++failed > 1 && embedded === 0) throw error
      return [error]
    }
  }
}

async function withRetries<Result>(request: () => Promise<Result>, signal: AbortSignal, retryMs: number): Promise<Result> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await request()
    } catch (error) {
      if (!(error instanceof EmbedderFailure) || !error.isTransient || attempt === ATTEMPTS) throw error
      await sleep(Math.min(MAX_WAIT_MS, error.retryAfterMs ?? retryMs * 2 ** (attempt - 1)), undefined, { signal })
    }
  }
}
