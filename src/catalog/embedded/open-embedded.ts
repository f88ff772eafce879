import type pg from 'pg'
import { openDataDirectory } from './data-directory.ts'
import type { EmbeddedEvent } from './embedded-events.ts'
import { EmbeddedPool } from './embedded-pool.ts'
import type { EmbeddedServer } from './embedded-server.ts'

export interface EmbeddedOptions {
  maxConnections: number
  onEvent: (event: EmbeddedEvent) => void
  /** How long an idle transaction may block other clients before its connection is ended. @default 60_000 */
  idleInTransactionMs?: number
  /** How long other clients may take to finish when this process stops serving them. @default 2_000 */
  closeGraceMs?: number
}

/**
 * Opens the embedded catalog in a data directory. The first process that does so serves it to the others, on a socket in the
 * directory. When it ends, the next process that needs a connection takes over.
 */
export async function openEmbedded(
  path: string,
  { maxConnections, onEvent, idleInTransactionMs = 60_000, closeGraceMs = 2_000 }: EmbeddedOptions,
): Promise<{ pool: pg.Pool; close: () => Promise<void> }> {
  const directory = await openDataDirectory(path)
  let server: EmbeddedServer | undefined
  let starting: Promise<void> | undefined

  const start = async () => {
    // Most commands connect to another process, and need neither PGlite nor the file lock.
    const { serveDataDirectory } = await import('./embedded-server.ts')
    server = (await serveDataDirectory(directory, { idleInTransactionMs, closeGraceMs, onEvent })) ?? server
  }
  const pool = new EmbeddedPool({
    directory,
    maxConnections,
    ensureServed: () => {
      starting ??= start().finally(() => {
        starting = undefined
      })
      return starting
    },
    onWaiting: () => onEvent({ type: 'waiting', directory: path }),
  })

  return {
    pool,
    close: async () => {
      await pool.end()
      await starting?.catch(() => undefined)
      await server?.close()
    },
  }
}
