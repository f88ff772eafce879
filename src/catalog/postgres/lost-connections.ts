import type pg from 'pg'

/**
 * Keeps a dropped connection from ending the process: the pool and each client emit `error`, and an unhandled `error` event is
 * fatal. The failed query still rejects. Call this before the first connection is made.
 */
export function ignoreIdleErrors(pool: pg.Pool): void {
  pool.on('error', () => undefined)
  pool.on('connect', (client) => client.on('error', () => undefined))
}
