import { AsyncLocalStorage } from 'node:async_hooks'
import type { PostgresPool, PostgresPoolClient } from 'kysely'
import type pg from 'pg'
import { requestCancel } from './cancel-request.ts'

/** A server that has not stopped a query so long after a cancel request loses the connection. */
const ABANDON_MS = 10_000

const signals = new AsyncLocalStorage<AbortSignal>()

/**
 * Runs work whose queries are for one caller only. Once the signal is aborted, no further query starts, the running one is
 * canceled, and queries reject with the reason of the signal.
 */
export function withQuerySignal<Result>(signal: AbortSignal, work: () => Result): Result {
  return signals.run(signal, work)
}

/** Runs work that outlives the caller that caused it, such as an answer that others share. */
export function withoutQuerySignal<Result>(work: () => Result): Result {
  return signals.exit(work)
}

/**
 * A pool that obeys `withQuerySignal`.
 *
 * @param cancelAfterMs how long a query may run on after the signal, because canceling costs a connection or more
 */
export function stoppablePool(pool: pg.Pool, cancelAfterMs: number): PostgresPool {
  return {
    options: pool.options,
    end: () => pool.end(),
    connect: async () => {
      const signal = signals.getStore()
      if (signal === undefined) return await pool.connect()
      return new StoppableClient(pool, await connectUnlessAborted(pool, signal), signal, cancelAfterMs)
    },
  }
}

/** Waiting for a free connection ends with the signal, too. */
async function connectUnlessAborted(pool: pg.Pool, signal: AbortSignal): Promise<pg.PoolClient> {
  signal.throwIfAborted()
  const { promise: aborted, reject } = Promise.withResolvers<never>()
  const onAbort = () => reject(signal.reason)
  signal.addEventListener('abort', onAbort)
  const connecting = pool.connect()
  try {
    return await Promise.race([connecting, aborted])
  } catch (error) {
    connecting.then(
      (client) => client.release(),
      () => undefined,
    )
    throw error
  } finally {
    signal.removeEventListener('abort', onAbort)
  }
}

class StoppableClient implements PostgresPoolClient {
  readonly #pool: pg.Pool
  readonly #client: pg.PoolClient
  readonly #signal: AbortSignal
  readonly #cancelAfterMs: number
  #timer: NodeJS.Timeout | undefined
  /** Its cancel request may arrive late, so that the connection must not be used again. */
  #isCanceled = false

  constructor(pool: pg.Pool, client: pg.PoolClient, signal: AbortSignal, cancelAfterMs: number) {
    this.#pool = pool
    this.#client = client
    this.#signal = signal
    this.#cancelAfterMs = cancelAfterMs
    signal.addEventListener('abort', this.#onAbort)
  }

  query: PostgresPoolClient['query'] = (async (text: string, parameters: unknown[]) => {
    // A transaction is still rolled back, and its connection can be used again.
    if (text !== 'rollback') this.#signal.throwIfAborted()
    try {
      return await this.#client.query(text, parameters)
    } catch (error) {
      this.#signal.throwIfAborted()
      throw error
    }
  }) as never

  release(destroy = false): void {
    clearTimeout(this.#timer)
    this.#signal.removeEventListener('abort', this.#onAbort)
    this.#client.release(destroy || this.#isCanceled)
  }

  readonly #onAbort = () => {
    this.#timer = setTimeout(() => this.#cancel(), this.#cancelAfterMs)
  }

  #cancel(): void {
    this.#isCanceled = true
    // If it cannot be sent, the connection is closed below.
    requestCancel(this.#pool, this.#client).catch(() => undefined)
    this.#timer = setTimeout(() => void (this.#client as unknown as pg.Client).end(), ABANDON_MS)
  }
}
