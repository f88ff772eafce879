import { Socket } from 'node:net'
import type pg from 'pg'

/** Identifies a CancelRequest. No protocol version has this number. */
const CANCEL_REQUEST_CODE = 80_877_102
const MESSAGE_BYTES = 16
const ANSWER_TIMEOUT_MS = 2000

/** Fields of pg's client that its published types omit. */
interface BackendKey {
  processID: number
  secretKey: number
}

/**
 * Asks the server to cancel what `client` is running, as psql does on Ctrl-C: over a separate connection, because the client's
 * is busy. Both engines support it, and it needs neither a free pool connection nor a privilege.
 *
 * Resolves when the server has received the request, which does not mean that a query was canceled.
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
    // The server closes the connection after it has handled the request. We must read to notice that.
    socket.once('close', () => resolve())
    socket.resume()
    socket.end(message)
  })
}

/** The pool of the embedded engine has its own kind of socket, which knows where to connect. */
function connectLike(pool: pg.Pool, { host, port }: pg.PoolClient): Socket {
  const made = pool.options.stream?.()
  const socket = made instanceof Socket ? made : new Socket()
  return host.startsWith('/') ? socket.connect(`${host}/.s.PGSQL.${port}`) : socket.connect(port, host)
}
