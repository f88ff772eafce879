import { Socket } from 'node:net'
import { dirname } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import pg from 'pg'
import { type DataDirectory, DataDirectoryError } from './data-directory.ts'
import { isForeign } from './trust.ts'

type ConnectCallback = Parameters<pg.Pool['connect']>[0]

export interface EmbeddedPoolOptions {
  directory: DataDirectory
  maxConnections: number
  /** Makes this process the server if there is none. Resolves when there is one or soon will be. */
  ensureServed: () => Promise<void>
  /** Called when connections have to wait for longer than a moment, once until one is there. */
  onWaiting: () => void
}

/** How long to try when connections keep failing: more than it takes to recover a database after a crash. */
const CONNECT_WITHIN_MS = 60_000
const RETRY_AFTER_MS = 25
const MOMENT_MS = 1_000

/**
 * A pool of connections to the embedded catalog, wherever it is served.
 *
 * The process that serves it may end at any time. So each connection is tried with an empty query (0.1 ms; the front
 * answers it by itself) before it is lent out, and if that fails, another is made, of the next process to serve, which
 * may be this one. A server that closes turns such queries away but lets work that has begun finish, so that work which
 * starts with a fresh connection does not fall into the gap between two servers.
 */
export class EmbeddedPool extends pg.Pool {
  readonly #options: EmbeddedPoolOptions
  #hasSaidSo = false

  constructor(options: EmbeddedPoolOptions) {
    const { directory, maxConnections } = options
    super({
      max: maxConnections,
      user: 'postgres',
      database: 'postgres',
      host: dirname(directory.socketPath),
      port: 5432,
      // Not what PGSSLMODE says: that is about other servers.
      ssl: false,
      stream: () => new LocalSocket(directory.socketPath),
    })
    this.#options = options
  }

  override connect(): Promise<pg.PoolClient>
  override connect(callback: NonNullable<ConnectCallback>): void
  override connect(callback?: ConnectCallback): Promise<pg.PoolClient> | undefined {
    const lent = this.#lend()
    if (callback === undefined) return lent
    lent.then(
      (client) => callback(undefined, client, client.release.bind(client)),
      (error) => callback(error, undefined, () => undefined),
    )
    return undefined
  }

  async #lend(): Promise<pg.PoolClient> {
    const startedAt = performance.now()
    for (;;) {
      try {
        return await this.#tryOnce()
      } catch (error) {
        if (error instanceof DataDirectoryError || this.ending) throw error
        const waitedMs = performance.now() - startedAt
        if (waitedMs > CONNECT_WITHIN_MS) throw this.#unreachable(error)
        if (waitedMs > MOMENT_MS && !this.#hasSaidSo) {
          this.#hasSaidSo = true
          this.#options.onWaiting()
        }
        await this.#options.ensureServed()
        await delay(RETRY_AFTER_MS)
      }
    }
  }

  async #tryOnce(): Promise<pg.PoolClient> {
    const client = await super.connect()
    try {
      await client.query('')
      this.#hasSaidSo = false
      return client
    } catch (error) {
      client.release(true)
      throw error
    }
  }

  #unreachable(cause: unknown): DataDirectoryError {
    const { path, ownerFile, socketPath } = this.#options.directory
    if (cause instanceof ForeignSocket) {
      return new DataDirectoryError(
        `Another process has ${path} open, and another user has replaced its socket, so that it cannot be reached. End ` +
          `that process (see ${ownerFile}), and delete ${socketPath}.`,
        { cause },
      )
    }
    return new DataDirectoryError(
      `The process that has ${path} open (see ${ownerFile}) has not answered for ` +
        `${CONNECT_WITHIN_MS / 1000} s. Wait for it, or end it: nothing that was committed is lost.`,
      { cause },
    )
  }
}

/** The socket is another user's, who could serve a catalog of their own there. */
class ForeignSocket extends Error {
  override readonly name = 'ForeignSocket'
}

/** Goes to the socket it was made for, whatever host and port the driver asks for. */
class LocalSocket extends Socket {
  readonly #path: string

  constructor(path: string) {
    super()
    this.#path = path
  }

  override connect(): this {
    if (isForeign(this.#path)) return this.destroy(new ForeignSocket(`${this.#path} belongs to another user.`))
    return super.connect(this.#path)
  }
}
