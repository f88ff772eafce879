import { chmod, rm } from 'node:fs/promises'
import { createServer, type Server, type Socket } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import type { Session } from '../session.ts'
import type { ServerError } from './wire.ts'
import { WireConnection } from './wire-connection.ts'

const GOING_DOWN: ServerError = {
  severity: 'FATAL',
  code: '57P01',
  message: 'the process that served the embedded catalog is closing it',
  hint: 'Connect again: the next process that does so will serve it.',
}

/** Between two statements of a client that is at work there is less than this; one that is silent longer can be sent away. */
const QUIET_MS = 100
const POLL_MS = 20

/**
 * The Postgres server that other processes, and this one, connect to: it accepts connections on a socket and hands their
 * messages to the session.
 *
 * Connections are accepted before the engine is up, so that others wait for it on the socket and need not poll.
 */
export class WireServer {
  readonly #server: Server
  readonly #connections = new Set<WireConnection>()
  #nextId = 1
  #closing = false

  private constructor(session: Promise<Session>) {
    this.#server = createServer((socket) => this.#accept(socket, session))
  }

  /** The caller owns the data directory, so a socket file that is there already is a dead process's. */
  static async listen(socketPath: string, session: Promise<Session>): Promise<WireServer> {
    const isFile = process.platform !== 'win32'
    if (isFile) await rm(socketPath, { force: true })
    const wireServer = new WireServer(session)
    await new Promise<void>((resolve, reject) => {
      wireServer.#server.once('error', reject)
      wireServer.#server.listen(socketPath, resolve)
    })
    // Whoever may connect is a superuser, so the socket is its owner's alone.
    if (isFile) await chmod(socketPath, 0o600)
    return wireServer
  }

  #accept(socket: Socket, session: Promise<Session>): void {
    const connection: WireConnection = new WireConnection(socket, session, {
      id: this.#nextId++,
      find: (id, secret) => [...this.#connections].find((other) => other.id === id && other.secret === secret),
      isClosing: () => this.#closing,
      goingDown: GOING_DOWN,
      onClose: () => this.#connections.delete(connection),
    })
    this.#connections.add(connection)
  }

  /** Lets the clients finish what they are at, for no longer than the grace, and sends them away. */
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
