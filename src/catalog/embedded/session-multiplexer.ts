import { type PgliteThread, ThreadStopped } from './pglite/pglite-thread.ts'
import type { Shortage } from './pglite/thread-messages.ts'
import {
  endsInFlush,
  errorResponse,
  message,
  query,
  readyForQuery,
  type ServerError,
  type TransactionStatus,
} from './protocol/wire.ts'

export interface SessionClient {
  /** Sends whole protocol messages. */
  send(messages: Uint8Array): void
  /** Sends the error to the client, and disconnects it. */
  end(error: ServerError): void
}

export interface SessionOptions {
  /** How long a transaction may be idle while it blocks other clients. */
  idleInTransactionMs: number
  /** Starts another thread after the last one has ended. */
  startThread: () => Promise<PgliteThread>
  /** The thread was restarted after a canceled query or a failure of its own. */
  onRestart: (reason: string) => void
  /** The thread was restarted to free memory, or because a query exceeded its limits. Other clients notice only a pause. */
  onRenewal: (memoryBytes: number) => void
  /** The thread could not be restarted. The session is unusable. */
  onFailure: () => void
}

type MessageBatch = Uint8Array<ArrayBuffer>

const CANCELED: ServerError = { severity: 'ERROR', code: '57014', message: 'canceling statement due to user request' }
/** For a client whose transaction or pipeline is lost. */
const CANCELED_FATAL: ServerError = { ...CANCELED, severity: 'FATAL' }

/** Postgres's own errors for a statement that exceeded the limits of the thread. */
const SHORTAGES: Readonly<Record<Shortage, ServerError>> = {
  stack: { severity: 'ERROR', code: '54001', message: 'stack depth limit exceeded' },
  memory: { severity: 'ERROR', code: '53200', message: 'out of memory' },
}

/** Above this the thread is restarted. Crawling and indexing 60,000 repos needs no more than the initial 128 MB. */
const MOST_IDLE_BYTES = 384 * 1024 * 1024

/**
 * Shares the one session of the thread among many clients.
 *
 * A client keeps the session until its transaction ends. Otherwise clients take turns in the order of their requests, one
 * message batch each. Session state (settings, prepared statements, temporary tables, advisory locks) is discarded between
 * clients, as in a pooler in transaction mode. DISCARD ALL takes 0.3 ms; deciding by command tags when to skip it would miss
 * set_config() and pg_advisory_lock().
 */
export class SessionMultiplexer {
  readonly #options: SessionOptions
  #thread: PgliteThread
  readonly #batches = new Map<SessionClient, MessageBatch[]>()
  /** Clients with queued batches, in the order of their turns. */
  readonly #waiting = new Set<SessionClient>()
  readonly #gone = new WeakSet<SessionClient>()
  /** The client with an open transaction or an unfinished pipeline. */
  #holder: SessionClient | undefined
  /** The client whose batch is running. */
  #running: SessionClient | undefined
  /** The client whose settings the session has. */
  #previous: SessionClient | undefined
  /** The client whose running batch is being canceled. */
  #canceled: SessionClient | undefined
  #turns: Promise<void> | undefined
  #closed = false
  #idleTimer: NodeJS.Timeout | undefined

  constructor(thread: PgliteThread, options: SessionOptions) {
    this.#thread = thread
    this.#options = options
  }

  get parameters(): Uint8Array {
    return this.#thread.parameters
  }

  /** Whether the client waits for an answer or has an open transaction. */
  isActive(client: SessionClient): boolean {
    return this.#holder === client || this.#running === client || this.#batches.has(client)
  }

  isRunning(client: SessionClient): boolean {
    return this.#running === client
  }

  submit(client: SessionClient, batch: MessageBatch): void {
    if (this.#closed) {
      client.end(crashed('it is closed'))
      return
    }
    const batches = this.#batches.get(client)
    if (batches === undefined) this.#batches.set(client, [batch])
    else batches.push(batch)
    this.#waiting.add(client)
    this.#work()
  }

  /** Cancels a queued batch, or the running one by a restart of the thread, which takes about a second. */
  cancel(client: SessionClient): void {
    if (this.#running === client) {
      if (this.#canceled === undefined) void this.#thread.terminate()
      this.#canceled = client
      return
    }
    // Its batch runs next in any case, and an answer with status I would deny its transaction.
    if (this.#holder === client) return
    const batch = this.#nextBatch(client)
    if (batch === undefined) return
    if (endsInFlush(batch)) this.#dismiss(client, CANCELED_FATAL)
    else client.send(Buffer.concat([errorResponse(CANCELED), readyForQuery('I')]))
  }

  /** Handles a client that has disconnected: rolls back its open transaction. A running batch continues. */
  leave(client: SessionClient): void {
    this.#gone.add(client)
    this.#batches.delete(client)
    this.#waiting.delete(client)
    this.#work()
  }

  /** Closes the thread: orderly, or by force if it still runs something. */
  async close(): Promise<void> {
    this.#closed = true
    clearTimeout(this.#idleTimer)
    if (this.#running !== undefined) await this.#thread.terminate()
    await this.#turns
    await this.#thread.close()
  }

  #work(): void {
    clearTimeout(this.#idleTimer)
    this.#turns ??= this.#takeTurns()
      .catch((error) => this.#fail(error))
      .finally(() => {
        this.#turns = undefined
        this.#watchIdleHolder()
      })
  }

  async #takeTurns(): Promise<void> {
    while (!this.#closed) {
      if (this.#holder !== undefined && this.#gone.has(this.#holder)) await this.#rollBack()
      const client = this.#holder ?? firstOf(this.#waiting)
      const batch = client && this.#nextBatch(client)
      if (client === undefined || batch === undefined) return
      await this.#run(client, batch)
    }
  }

  #nextBatch(client: SessionClient): MessageBatch | undefined {
    const batches = this.#batches.get(client)
    const batch = batches?.shift()
    this.#waiting.delete(client)
    if (batches !== undefined && batches.length > 0) this.#waiting.add(client)
    else this.#batches.delete(client)
    return batch
  }

  async #run(client: SessionClient, batch: MessageBatch): Promise<void> {
    const wasOpen = this.#holder === client
    const isPipeline = endsInFlush(batch)
    this.#running = client
    try {
      if (this.#previous !== client) await this.#execute('discard all')
      this.#previous = client
      const status = await this.#thread.run(batch, (messages) => client.send(messages))
      this.#holder = status === 'I' ? undefined : client
      if (this.#canceled === client) await this.#restartBehindAnswer(client, status)
      else if (status === 'I' && this.#thread.memoryBytes > MOST_IDLE_BYTES) await this.#renew()
    } catch (error) {
      if (!(error instanceof ThreadStopped)) throw error
      const answer = this.#canceled === client ? CANCELED : error.shortage && SHORTAGES[error.shortage]
      if (answer !== undefined) {
        await this.#restart(answer === CANCELED ? 'a query was canceled' : undefined, wasOpen && !isPipeline)
        if (isPipeline) this.#dismiss(client, { ...answer, severity: 'FATAL' })
        else client.send(Buffer.concat([errorResponse(answer), readyForQuery(wasOpen ? 'E' : 'I')]))
      } else {
        await this.#restart(error.message, false)
        this.#dismiss(client, crashed(error.message))
      }
    }
    this.#running = undefined
  }

  /**
   * The answer crossed with the cancel request, and the thread is ending. The answer is valid, but a transaction that it left
   * open is lost. Its client is disconnected: otherwise its COMMIT would appear to succeed and commit nothing.
   */
  async #restartBehindAnswer(client: SessionClient, status: TransactionStatus | undefined): Promise<void> {
    await this.#restart('a query was canceled', status === 'E')
    if (status !== 'I' && status !== 'E') this.#dismiss(client, CANCELED_FATAL)
  }

  /** Disconnects a client. Its queued batches never run, because they depend on state that is lost. */
  #dismiss(client: SessionClient, error: ServerError): void {
    this.#batches.delete(client)
    this.#waiting.delete(client)
    client.end(error)
  }

  /** Memory of the WebAssembly can be freed in no other way. */
  async #renew(): Promise<void> {
    await this.#thread.close()
    await this.#restart(undefined, false)
  }

  /**
   * @param reason what to report; undefined if it concerns only the client
   * @param inFailedTransaction whether to leave the session in a failed transaction, as after a canceled statement
   */
  async #restart(reason: string | undefined, inFailedTransaction: boolean): Promise<void> {
    if (this.#closed) return
    const client = this.#running
    this.#holder = this.#previous = undefined
    if (reason === undefined) this.#options.onRenewal(this.#thread.memoryBytes)
    else this.#options.onRestart(reason)
    // Two threads at once would corrupt the files.
    await this.#thread.terminate()
    this.#thread = await this.#options.startThread()
    if (inFailedTransaction) {
      await this.#execute('begin')
      await this.#execute('select 1/0')
      this.#holder = this.#previous = client
    }
    // Only now: this restart also served further requests to cancel the same query.
    this.#canceled = undefined
  }

  async #rollBack(): Promise<void> {
    try {
      const sync = await this.#thread.run(new Uint8Array(message('S')), ignore)
      if (sync !== 'I') await this.#execute('rollback')
      this.#holder = undefined
    } catch (error) {
      if (!(error instanceof ThreadStopped)) throw error
      await this.#restart(error.message, false)
    }
  }

  async #execute(sql: string): Promise<void> {
    await this.#thread.run(new Uint8Array(query(sql)), ignore)
  }

  #watchIdleHolder(): void {
    const holder = this.#holder
    if (holder === undefined || this.#closed) return
    const { idleInTransactionMs } = this.#options
    this.#idleTimer = setTimeout(() => {
      holder.end({
        severity: 'FATAL',
        code: '25P03',
        message: `terminating connection: its transaction was idle for ${idleInTransactionMs} ms and blocked other clients`,
      })
    }, idleInTransactionMs).unref()
  }

  #fail(error: unknown): void {
    this.#closed = true
    const reason = error instanceof Error ? error.message : String(error)
    for (const client of new Set([...this.#batches.keys(), this.#running, this.#holder])) client?.end(crashed(reason))
    this.#options.onFailure()
  }
}

function firstOf<Item>(items: Iterable<Item>): Item | undefined {
  for (const item of items) return item
  return undefined
}

function ignore(): void {
  // Answers to the session's own statements go to no client.
}

function crashed(reason: string): ServerError {
  return { severity: 'FATAL', code: '57P02', message: `the embedded Postgres was restarted: ${reason}` }
}
