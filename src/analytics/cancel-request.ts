import { Socket } from 'node:net'
import type pg from 'pg'

/** Marks the message as a CancelRequest: no protocol version has this number. */
const CANCEL_REQUEST_CODE = 80_877_102
const MESSAGE_BYTES = 16
const ANSWER_TIMEOUT_MS = 2000

/** What pg knows of its backend; the published types leave it out. */
interface BackendKey {
  processID: number
  secretKey: number
}

/**
 * Asks the server to stop what `client` is running, as psql does on Ctrl-C: over a connection of its own, for the
 * client's is busy. Both engines understand it, and it needs neither a free connection of the pool nor a right.
 *
 * Resolves when the server has taken note, which says nothing about whether a query was stopped.
 *
 * @throws when the server cannot be reached
 */
export function requestCancel(pool: pg.Pool, client: pg.PoolClient): Promise<void> {
  const { processID, secretKey } = client as unknown as BackendKey
  const message = Buffer.alloc(MESSAGE_BYTES)
  message.writeInt32BE(MESSAGE_BYTES, 0)
  message.writeInt32BE(CANCEL_REQUEST_CODE, 4)
  message.writeInt32BE(processID, 8)
  message.writeInt32BE(secretKey, 12)

  const socket = connectLike(pool, client)
  return new Promise((resolve, reject) => {
    socket.setTimeout(ANSWER_TIMEOUT_MS, () => socket.destroy(new Error('The server did not take a cancel request.')))
    socket.once('error', reject)
    // The server closes the connection once it has handled the request; reading is what lets us see that.
    socket.once('close', () => resolve())
    socket.resume()
    socket.end(message)
  })
}

/** The embedded engine's pool has sockets of its own kind, which know where to connect to. */
function connectLike(pool: pg.Pool, { host, port }: pg.PoolClient): Socket {
  const made = pool.options.stream?.()
  const socket = made instanceof Socket ? made : new Socket()
  return host.startsWith('/') ? socket.connect(`${host}/.s.PGSQL.${port}`) : socket.connect(port, host)
}
