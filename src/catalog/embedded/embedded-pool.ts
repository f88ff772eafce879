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
  /** Makes this process the server if there is none. Resolves when a server is running or starting. */
  ensureServed: () => Promise<void>
  /** Called when connections have to wait for more than a moment, once until one succeeds. */
  onWaiting: () => void
}

/** How long to retry connections: longer than the recovery of a database after a crash. */
const CONNECT_WITHIN_MS = 60_000
const RETRY_AFTER_MS = 25
const MOMENT_MS = 1_000

/**
 * A pool of connections to the embedded catalog, wherever it is served.
 *
 * The process that serves it may end at any time. So each connection is tested with an empty query before use (0.1 ms; the
 * server answers it without Postgres). If that fails, a new one is made to the next server, which may be this process. A
 * closing server rejects such queries but lets started work finish, so no work falls into the gap between two servers.
 */
export class EmbeddedPool extends pg.Pool {
  readonly #options: EmbeddedPoolOptions
  #hasReportedWait = false

  constructor(options: EmbeddedPoolOptions) {
    const { directory, maxConnections } = options
    super({
      max: maxConnections,
      user: 'postgres',
      database: 'postgres',
      host: dirname(directory.socketPath),
      port: 5432,
      // PGSSLMODE is meant for other servers.
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
        if (waitedMs > MOMENT_MS && !this.#hasReportedWait) {
          this.#hasReportedWait = true
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
      this.#hasReportedWait = false
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
        `Another process has ${path} open, but another user has replaced its socket, so it is unreachable. End that ` +
          `process (see ${ownerFile}), and delete ${socketPath}.`,
        { cause },
      )
    }
    return new DataDirectoryError(
      `The process that has ${path} open (see ${ownerFile}) has not answered for ` +
        `${CONNECT_WITHIN_MS / 1000} s. Wait for it, or end it; committed work is safe.`,
      { cause },
    )
  }
}

/** The socket belongs to another user, who could serve another catalog there. */
class ForeignSocket extends Error {
  override readonly name = 'ForeignSocket'
}

/** Connects to its socket, whatever host and port the driver asks for. */
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
