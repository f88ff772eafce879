import { setTimeout as sleep } from 'node:timers/promises'
import type pg from 'pg'
import { requestCancel } from '../catalog/postgres/cancel-request.ts'

/** A server that enforces the timeout itself has ended the query before this has passed. */
const CANCEL_GRACE_MS = 500
/** A server ignores a cancel request that arrives before the query does, so it is repeated. */
const REPEAT_MS = 500
/** When to give up on cancel requests. The embedded engine cancels by restarting: 2 s, and 8 s on a busy machine. */
const ABANDON_GRACE_MS = 30_000

export interface Stopper {
  /** Starts the timeout of the next query. Throws when it was already aborted. */
  start(timeoutMs: number): void
  /** True once cancel requests are sent. One may still be on its way, so the connection must not be used again. */
  isFired(): boolean
  /** Rejects when the query could not be stopped; never resolves. */
  readonly abandoned: Promise<never>
  disarm(): void
}

/** Cancels a query on timeout or abort. The embedded engine has no timers and does not enforce `statement_timeout`. */
export function createStopper(pool: pg.Pool, client: pg.PoolClient, signal: AbortSignal | undefined): Stopper {
  const { promise: abandoned, reject } = Promise.withResolvers<never>()
  let isFired = false
  let isDisarmed = false
  let timer: NodeJS.Timeout | undefined

  async function cancel(): Promise<void> {
    while (!isDisarmed) {
      await requestCancel(pool, client)
      await sleep(REPEAT_MS, undefined, { ref: false })
    }
  }

  function fire(): void {
    if (isFired) return
    isFired = true
    clearTimeout(timer)
    timer = setTimeout(
      () => reject(new Error(`The server did not stop a query within ${ABANDON_GRACE_MS} ms of a cancel request.`)),
      ABANDON_GRACE_MS,
    )
    cancel().catch(reject)
  }

  signal?.addEventListener('abort', fire)
  return {
    start: (timeoutMs) => {
      if (isFired) throw new Error('The query was stopped before it began.')
      clearTimeout(timer)
      timer = setTimeout(fire, timeoutMs + CANCEL_GRACE_MS)
    },
    isFired: () => isFired,
    abandoned,
    disarm: () => {
      isDisarmed = true
      clearTimeout(timer)
      signal?.removeEventListener('abort', fire)
      // A late failure of the cancel request does not matter: the connection is discarded anyway.
      abandoned.catch(() => undefined)
    },
  }
}
