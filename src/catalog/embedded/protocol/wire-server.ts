import { chmod, rm } from 'node:fs/promises'
import { createServer, type Server, type Socket } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import type { SessionMultiplexer } from '../session-multiplexer.ts'
import type { ServerError } from './wire.ts'
import { WireConnection } from './wire-connection.ts'

const GOING_DOWN: ServerError = {
  severity: 'FATAL',
  code: '57P01',
  message: 'the process that served the embedded catalog is closing it',
  hint: 'Connect again: the next process that does so will serve it.',
}

/** A busy client pauses less than this between statements. A client that is silent longer can be disconnected. */
const QUIET_MS = 100
const POLL_MS = 20

/**
 * The Postgres server for this and other processes: accepts connections on a socket and passes their messages to the session.
 * It accepts connections before Postgres has started, so that clients wait on the socket and need not poll.
 */
export class WireServer {
  readonly #server: Server
  readonly #connections = new Set<WireConnection>()
  #nextId = 1
  #closing = false

  private constructor(session: Promise<SessionMultiplexer>) {
    this.#server = createServer((socket) => this.#accept(socket, session))
  }

  /** The caller has the file lock, so an existing socket file belongs to a dead process. */
  static async listen(socketPath: string, session: Promise<SessionMultiplexer>): Promise<WireServer> {
    const isFile = process.platform !== 'win32'
    if (isFile) await rm(socketPath, { force: true })
    const wireServer = new WireServer(session)
    await new Promise<void>((resolve, reject) => {
      wireServer.#server.once('error', reject)
      wireServer.#server.listen(socketPath, resolve)
    })
    // Every client is a superuser, so only the owner may connect.
    if (isFile) await chmod(socketPath, 0o600)
    return wireServer
  }

  #accept(socket: Socket, session: Promise<SessionMultiplexer>): void {
    const connection: WireConnection = new WireConnection(socket, session, {
      id: this.#nextId++,
      find: (id, secret) => [...this.#connections].find((other) => other.id === id && other.secret === secret),
      isClosing: () => this.#closing,
      goingDown: GOING_DOWN,
      onClose: () => this.#connections.delete(connection),
    })
    this.#connections.add(connection)
  }

  /** Lets clients finish their work within the grace period, then disconnects them. */
  async close(graceMs: number): Promise<void> {
    this.#closing = true
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()))
    const deadline = performance.now() + graceMs
    while (this.#connections.size > 0) {
      const isOver = performance.now() >= deadline
      for (const connection of this.#connections) {
        if (isOver || connection.quietForMs() >= QUIET_MS) connection.end(GOING_DOWN)
      }
      if (isOver) break
      await delay(POLL_MS)
    }
    await closed
  }
}
