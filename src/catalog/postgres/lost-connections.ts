import type pg from 'pg'

/**
 * Makes a pool live through connections that break, which whoever asks is told by the answer. Without listeners one ends the
 * process: an idle one by the pool's event, a lent one by its own. To be called before the first connection is made.
 */
export function ignoreIdleErrors(pool: pg.Pool): void {
  pool.on('error', () => undefined)
  pool.on('connect', (client) => client.on('error', () => undefined))
}
