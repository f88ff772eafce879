import { type Engine, EngineStopped } from './engine/engine.ts'
import type { Shortage } from './engine/engine-messages.ts'
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
  /** Tells the client why, and disconnects it. */
  end(error: ServerError): void
}

export interface SessionOptions {
  /** How long a transaction may sit idle and keep the others waiting. */
  idleInTransactionMs: number
  /** Starts the engine again after a cancelled query or a failure of its own. */
  startEngine: () => Promise<Engine>
  /** The engine was ended and started again. */
  onRestart: (reason: string) => void
  /** The engine was started anew, to give back memory or because a query asked too much of it. Clients notice nothing but a pause. */
  onRenewal: (memoryBytes: number) => void
  /** The engine could not be started again. The session is of no use any more. */
  onFailure: () => void
}

type Unit = Uint8Array<ArrayBuffer>

const CANCELLED: ServerError = { severity: 'ERROR', code: '57014', message: 'canceling statement due to user request' }
/** For a client whose place in its transaction or pipeline is lost. */
const CANCELLED_FOR_GOOD: ServerError = { ...CANCELLED, severity: 'FATAL' }

/** What a statement that asked too much of the engine is answered, as Postgres itself says it. */
const SHORTAGES: Readonly<Record<Shortage, ServerError>> = {
  stack: { severity: 'ERROR', code: '54001', message: 'stack depth limit exceeded' },
  memory: { severity: 'ERROR', code: '53200', message: 'out of memory' },
}

/** Crawling and indexing 60,000 repos does not need more than the 128 MB that the engine begins with. */
const MOST_IDLE_BYTES = 384 * 1024 * 1024

/**
 * Shares the engine's one session among many clients.
 *
 * A client whose transaction is open keeps the session until the transaction ends; otherwise the clients take turns, one
 * unit each, first come first served. Each finds a clean session: what the one before it left there (settings, prepared
 * statements, temporary tables, advisory locks) is discarded, as a pooler in transaction mode does. DISCARD ALL takes
 * 0.3 ms; guessing from command tags when it may be left out would miss set_config() and pg_advisory_lock().
 */
export class Session {
  readonly #options: SessionOptions
  #engine: Engine
  readonly #units = new Map<SessionClient, Unit[]>()
  /** Clients with units to run, in the order of their turns. */
  readonly #waiting = new Set<SessionClient>()
  readonly #gone = new WeakSet<SessionClient>()
  /** Whose transaction or unfinished pipeline is open. */
  #holder: SessionClient | undefined
  /** Whose unit is running. */
  #running: SessionClient | undefined
  /** Whose settings the session has. */
  #previous: SessionClient | undefined
  /** Whose running unit is being stopped. */
  #cancelled: SessionClient | undefined
  #turns: Promise<void> | undefined
  #closed = false
  #idleTimer: NodeJS.Timeout | undefined

  constructor(engine: Engine, options: SessionOptions) {
    this.#engine = engine
    this.#options = options
  }

  get parameters(): Uint8Array {
    return this.#engine.parameters
  }

  /** Whether the client waits for an answer or has a transaction open. */
  isActive(client: SessionClient): boolean {
    return this.#holder === client || this.#running === client || this.#units.has(client)
  }

  isRunning(client: SessionClient): boolean {
    return this.#running === client
  }

  submit(client: SessionClient, unit: Unit): void {
    if (this.#closed) {
      client.end(crashed('it is closed'))
      return
    }
    const units = this.#units.get(client)
    if (units === undefined) this.#units.set(client, [unit])
    else units.push(unit)
    this.#waiting.add(client)
    this.#work()
  }

  /**
   * Stops what the client waits for: a unit that still waits for its turn never runs; a running one is stopped by ending
   * the engine and starting it again, which takes about a second.
   */
  cancel(client: SessionClient): void {
    if (this.#running === client) {
      if (this.#cancelled === undefined) void this.#engine.terminate()
      this.#cancelled = client
      return
    }
    // Its unit is next in any case, and its transaction must not be answered as if there were none.
    if (this.#holder === client) return
    const unit = this.#nextUnit(client)
    if (unit === undefined) return
    if (endsInFlush(unit)) this.#dismiss(client, CANCELLED_FOR_GOOD)
    else client.send(Buffer.concat([errorResponse(CANCELLED), readyForQuery('I')]))
  }

  /** The client has gone: its open transaction is rolled back. A unit that runs is left to end. */
  leave(client: SessionClient): void {
    this.#gone.add(client)
    this.#units.delete(client)
    this.#waiting.delete(client)
    this.#work()
  }

  /** Closes the engine: in good order, or by force if it still runs something. */
  async close(): Promise<void> {
    this.#closed = true
    clearTimeout(this.#idleTimer)
    if (this.#running !== undefined) await this.#engine.terminate()
    await this.#turns
    await this.#engine.close()
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
      const unit = client && this.#nextUnit(client)
      if (client === undefined || unit === undefined) return
      await this.#run(client, unit)
    }
  }

  #nextUnit(client: SessionClient): Unit | undefined {
    const units = this.#units.get(client)
    const unit = units?.shift()
    this.#waiting.delete(client)
    if (units !== undefined && units.length > 0) this.#waiting.add(client)
    else this.#units.delete(client)
    return unit
  }

  async #run(client: SessionClient, unit: Unit): Promise<void> {
    const wasOpen = this.#holder === client
    const isPipeline = endsInFlush(unit)
    this.#running = client
    try {
      if (this.#previous !== client) await this.#execute('discard all')
      this.#previous = client
      const status = await this.#engine.run(unit, (messages) => client.send(messages))
      this.#holder = status === 'I' ? undefined : client
      if (this.#cancelled === client) await this.#restartBehindAnswer(client, status)
      else if (status === 'I' && this.#engine.memoryBytes > MOST_IDLE_BYTES) await this.#renew()
    } catch (error) {
      if (!(error instanceof EngineStopped)) throw error
      const answer = this.#cancelled === client ? CANCELLED : error.shortage && SHORTAGES[error.shortage]
      if (answer !== undefined) {
        await this.#restart(answer === CANCELLED ? 'a query was cancelled' : undefined, wasOpen && !isPipeline)
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
   * The answer crossed with the request to cancel, and the engine is ending all the same. The answer stands, but a transaction
   * that it left open is lost: a client that was answered as if it went on must not find out by a COMMIT that commits nothing.
   */
  async #restartBehindAnswer(client: SessionClient, status: TransactionStatus | undefined): Promise<void> {
    await this.#restart('a query was cancelled', status === 'E')
    if (status !== 'I' && status !== 'E') this.#dismiss(client, CANCELLED_FOR_GOOD)
  }

  /** Disconnects a client. What it has queued was meant for the state that is lost, and never runs. */
  #dismiss(client: SessionClient, error: ServerError): void {
    this.#units.delete(client)
    this.#waiting.delete(client)
    client.end(error)
  }

  /** Its memory can be given back in no other way. */
  async #renew(): Promise<void> {
    await this.#engine.close()
    await this.#restart(undefined, false)
  }

  /**
   * @param reason what others are to know; undefined when it is nobody's business but the client's
   * @param inFailedTransaction whether the session then stands in a failed transaction, as after a cancelled statement
   */
  async #restart(reason: string | undefined, inFailedTransaction: boolean): Promise<void> {
    if (this.#closed) return
    const client = this.#running
    this.#holder = this.#previous = undefined
    if (reason === undefined) this.#options.onRenewal(this.#engine.memoryBytes)
    else this.#options.onRestart(reason)
    // Two engines at once would ruin the files.
    await this.#engine.terminate()
    this.#engine = await this.#options.startEngine()
    if (inFailedTransaction) {
      await this.#execute('begin')
      await this.#execute('select 1/0')
      this.#holder = this.#previous = client
    }
    // Not before: another request to cancel the same query may have come meanwhile, and has been met with this.
    this.#cancelled = undefined
  }

  async #rollBack(): Promise<void> {
    try {
      const sync = await this.#engine.run(new Uint8Array(message('S')), ignore)
      if (sync !== 'I') await this.#execute('rollback')
      this.#holder = undefined
    } catch (error) {
      if (!(error instanceof EngineStopped)) throw error
      await this.#restart(error.message, false)
    }
  }

  async #execute(sql: string): Promise<void> {
    await this.#engine.run(new Uint8Array(query(sql)), ignore)
  }

  #watchIdleHolder(): void {
    const holder = this.#holder
    if (holder === undefined || this.#closed) return
    const { idleInTransactionMs } = this.#options
    this.#idleTimer = setTimeout(() => {
      holder.end({
        severity: 'FATAL',
        code: '25P03',
        message: `terminating connection: its transaction was idle for ${idleInTransactionMs} ms while it kept others waiting`,
      })
    }, idleInTransactionMs).unref()
  }

  #fail(error: unknown): void {
    this.#closed = true
    const reason = error instanceof Error ? error.message : String(error)
    for (const client of new Set([...this.#units.keys(), this.#running, this.#holder])) client?.end(crashed(reason))
    this.#options.onFailure()
  }
}

function firstOf<Item>(items: Iterable<Item>): Item | undefined {
  for (const item of items) return item
  return undefined
}

function ignore(): void {
  // What the session's own statements answer concerns no client.
}

function crashed(reason: string): ServerError {
  return { severity: 'FATAL', code: '57P02', message: `the embedded Postgres had to start again: ${reason}` }
}
