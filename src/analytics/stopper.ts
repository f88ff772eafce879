import type pg from 'pg'
import { requestCancel } from './cancel-request.ts'

/** A server that enforces the timeout by itself has ended the query before this has passed. */
const CANCEL_GRACE_MS = 500
/**
 * A server that does not follow a cancel request within this time is given up on. The embedded engine follows by starting
 * anew, which takes it 2 s and on a busy machine 8.
 */
const ABANDON_GRACE_MS = 30_000

export interface Stopper {
  /** From now on the query may take `timeoutMs`. Throws when it was aborted before. */
  start(timeoutMs: number): void
  /** True once a cancel request went out. It may still be on its way, so the connection must not be used again. */
  isFired(): boolean
  /** Rejects when the query could not be stopped; never resolves. */
  readonly abandoned: Promise<never>
  disarm(): void
}

/**
 * Sends a cancel request for what `client` runs when the time is over or the signal is aborted. It is needed beside
 * `statement_timeout` because the embedded engine, which has no timers of its own, does not enforce that.
 */
export function createStopper(pool: pg.Pool, client: pg.PoolClient, signal: AbortSignal | undefined): Stopper {
  const { promise: abandoned, reject } = Promise.withResolvers<never>()
  let isFired = false
  let timer: NodeJS.Timeout | undefined

  function fire(): void {
    if (isFired) return
    isFired = true
    clearTimeout(timer)
    timer = setTimeout(
      () => reject(new Error(`The server did not stop a query within ${ABANDON_GRACE_MS} ms of a cancel request.`)),
      ABANDON_GRACE_MS,
    )
    requestCancel(pool, client).catch(reject)
  }

  signal?.addEventListener('abort', fire)
  return {
    start: (timeoutMs) => {
      if (isFired) throw new Error('The query was stopped before it began.')
      timer = setTimeout(fire, timeoutMs + CANCEL_GRACE_MS)
    },
    isFired: () => isFired,
    abandoned,
    disarm: () => {
      clearTimeout(timer)
      signal?.removeEventListener('abort', fire)
      // A late failure of the cancel request concerns nobody any more: the connection is thrown away in any case.
      abandoned.catch(() => undefined)
    },
  }
}
