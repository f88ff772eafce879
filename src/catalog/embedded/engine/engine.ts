import { Worker } from 'node:worker_threads'
import type { TransactionStatus } from '../protocol/wire.ts'
import type { EngineData, EngineReport, EngineRequest, Shortage } from './engine-messages.ts'

/**
 * Postgres counts its own stack, in the memory of the WebAssembly, and refuses what would go too deep. The stack of the thread grows
 * along, several times as fast, and must not be the first to end: that ends the engine.
 */
const THREAD_STACK_MB = 64

const WORKER = new URL(import.meta.url.endsWith('.ts') ? './engine-worker.ts' : './engine-worker.js', import.meta.url)

/** The engine's thread has ended: terminated by us, or by a failure of its own. What it was running has no result. */
export class EngineStopped extends Error {
  override readonly name = 'EngineStopped'
  /** What the statement asked too much of, where it is the statement's own fault. */
  readonly shortage: Shortage | undefined

  constructor(message: string, shortage?: Shortage) {
    super(message)
    this.shortage = shortage
  }
}

interface RunningUnit {
  onOutput: (messages: Uint8Array) => void
  resolve: (status: TransactionStatus | undefined) => void
  reject: (error: EngineStopped) => void
}

/**
 * The embedded Postgres in a thread of its own: one session, one unit of protocol messages at a time.
 *
 * A thread, because a query in WebAssembly cannot be interrupted: the only way to stop it is to end its thread.
 */
export class Engine {
  readonly #worker: Worker
  readonly #ended: Promise<void>
  #running: RunningUnit | undefined
  #stopped: EngineStopped | undefined
  #memoryBytes = 0
  /** The ParameterStatus messages with which the engine greets a client. */
  readonly parameters: Uint8Array

  private constructor(worker: Worker, parameters: Uint8Array) {
    this.#worker = worker
    this.parameters = parameters
    this.#ended = new Promise((resolve) => worker.once('exit', () => resolve()))
    let reason = 'its thread ended'
    let shortage: Shortage | undefined
    worker.on('message', (report: EngineReport) => {
      if ('output' in report) this.#running?.onOutput(report.output)
      if ('done' in report) this.#finish(report.done, report.memoryBytes)
      else if ('failed' in report) ({ failed: reason, shortage } = { shortage: undefined, ...report })
    })
    worker.on('error', (error) => {
      reason = String(error)
    })
    worker.once('exit', () => {
      this.#stopped = new EngineStopped(`The embedded Postgres stopped: ${reason}`, shortage)
      this.#running?.reject(this.#stopped)
    })
  }

  /**
   * Opens a folder that `createDatabaseFiles` has filled, recovering it if it was not closed. The caller owns the folder.
   *
   * @throws EngineStopped with what Postgres said, when the files are damaged or cannot be written
   */
  static async start(directory: string): Promise<Engine> {
    // The options of this process's Node are not for the engine.
    const worker = new Worker(WORKER, {
      workerData: { directory } satisfies EngineData,
      execArgv: [],
      resourceLimits: { stackSizeMb: THREAD_STACK_MB },
      name: 'hubdex-postgres',
    })
    const report = await firstReport(worker)
    if ('ready' in report) return new Engine(worker, report.ready)
    // What is left in it after a failure would keep this process from ending.
    await worker.terminate()
    throw new EngineStopped('failed' in report ? report.failed : 'it ended before it was ready')
  }

  /**
   * Runs protocol messages that end a unit (a Query, Sync, Flush, FunctionCall or CopyDone).
   *
   * @param onOutput receives whole messages as they come
   * @returns the status of the transaction after it; undefined after a Flush
   */
  run(unit: Uint8Array<ArrayBuffer>, onOutput: (messages: Uint8Array) => void): Promise<TransactionStatus | undefined> {
    if (this.#stopped !== undefined) return Promise.reject(this.#stopped)
    if (this.#running !== undefined) throw new Error('The engine runs one unit at a time.')
    return new Promise((resolve, reject) => {
      this.#running = { onOutput, resolve, reject }
      this.#worker.postMessage({ run: unit } satisfies EngineRequest, [unit.buffer])
    })
  }

  /** What it had of the machine's memory after the last unit. It only ever grows. */
  get memoryBytes(): number {
    return this.#memoryBytes
  }

  #finish(status: TransactionStatus | undefined, memoryBytes: number): void {
    this.#memoryBytes = memoryBytes
    const running = this.#running
    this.#running = undefined
    running?.resolve(status)
  }

  /** Ends the thread in the middle of whatever it does; the files are then as after a crash. */
  async terminate(): Promise<void> {
    await this.#worker.terminate()
  }

  /** Closes the database in good order. */
  async close(): Promise<void> {
    this.#worker.postMessage({ close: true } satisfies EngineRequest)
    await this.#ended
  }
}

function firstReport(worker: Worker): Promise<EngineReport> {
  return new Promise((resolve) => {
    worker.once('message', resolve)
    worker.once('error', (error) => resolve({ failed: String(error) }))
    worker.once('exit', (code) => resolve({ failed: `its thread ended with code ${code}` }))
  })
}
