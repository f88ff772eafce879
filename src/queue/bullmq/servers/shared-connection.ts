import type { EventEmitter } from 'node:events'
import { type BackendFactory, PostgresConnection, PostgresQueueBackend } from 'bullmq'
import type pg from 'pg'

/**
 * The Postgres connection that all queues and workers of a process share. BullMQ's own factory opens a listening connection
 * per worker: 7 for a process, and 6 more for each further token.
 */
export class SharedConnection extends PostgresConnection {
  readonly #backends = new Set<PostgresQueueBackend>()
  #listener: Awaited<ReturnType<PostgresConnection['getListenClient']>> | undefined

  constructor(pool: pg.Pool) {
    super(pool)
    // BullMQ passes errors of a connection only to backends that own it.
    this.on('error', (error) => {
      for (const backend of this.#backends) if (backend.listenerCount('error') > 0) backend.emit('error', error)
    })
    this.on('listenerinvalidated', () => {
      for (const backend of this.#backends) {
        // Ends its wait on the broken connection; it then listens on the next.
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
      // One listener per lane.
      ;(listener as unknown as EventEmitter).setMaxListeners(0)
    }
    return listener
  }
}

/** Runs queries one at a time. Workers that start to listen together query concurrently, which pg is about to forbid. */
function askOneByOne(client: { query(text: string): Promise<unknown> }): void {
  const query = client.query.bind(client)
  let last: Promise<unknown> = Promise.resolve()
  client.query = (text) => {
    const next = last.then(() => query(text))
    last = next.catch(() => undefined)
    return next
  }
}
