import type { EventEmitter } from 'node:events'
import { type BackendFactory, PostgresConnection, PostgresQueueBackend } from 'bullmq'
import type pg from 'pg'

/**
 * What all queues and workers of a process share of a Postgres. BullMQ's own factory gives each worker a connection on
 * which it listens: 7 for a process, and 6 more for each further token.
 */
export class SharedConnection extends PostgresConnection {
  readonly #backends = new Set<PostgresQueueBackend>()
  #listener: Awaited<ReturnType<PostgresConnection['getListenClient']>> | undefined

  constructor(pool: pg.Pool) {
    super(pool)
    // Only backends with a connection of their own hear of what goes wrong on it.
    this.on('error', (error) => {
      for (const backend of this.#backends) if (backend.listenerCount('error') > 0) backend.emit('error', error)
    })
    this.on('listenerinvalidated', () => {
      for (const backend of this.#backends) {
        // Ends its wait on the connection that broke; it then listens on the next.
        void backend.disconnectBlocking()
        void backend.reconnectBlocking()
      }
    })
  }

  readonly backend: BackendFactory<PostgresQueueBackend, pg.Pool> = (name, options) => {
    const backend = new PostgresQueueBackend(this, name, options, false)
    this.#backends.add(backend)
    return backend
  }

  override async getListenClient() {
    const listener = await super.getListenClient()
    if (listener !== this.#listener) {
      this.#listener = listener
      askOneByOne(listener)
      // One for each lane.
      ;(listener as unknown as EventEmitter).setMaxListeners(0)
    }
    return listener
  }
}

/** Workers that begin to listen together ask at the same time, which pg is about to forbid. */
function askOneByOne(client: { query(text: string): Promise<unknown> }): void {
  const query = client.query.bind(client)
  let last: Promise<unknown> = Promise.resolve()
  client.query = (text) => {
    const next = last.then(() => query(text))
    last = next.catch(() => undefined)
    return next
  }
}
