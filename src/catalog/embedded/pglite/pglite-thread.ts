import { Worker } from 'node:worker_threads'
import type { TransactionStatus } from '../protocol/wire.ts'
import type { Shortage, ThreadData, ThreadReport, ThreadRequest } from './thread-messages.ts'

/**
 * Postgres limits its own stack, in the memory of the WebAssembly, and rejects statements that exceed it. The stack of the
 * thread grows several times as fast and must not overflow first, because that ends the thread.
 */
const THREAD_STACK_MB = 64

const WORKER = new URL(import.meta.url.endsWith('.ts') ? './pglite-worker.ts' : './pglite-worker.js', import.meta.url)

/** The thread has ended: it was terminated or has failed. What it was running has no result. */
export class ThreadStopped extends Error {
  override readonly name = 'ThreadStopped'
  /** The resource that the statement exhausted, if the statement is the cause. */
  readonly shortage: Shortage | undefined

  constructor(message: string, shortage?: Shortage) {
    super(message)
    this.shortage = shortage
  }
}

interface RunningBatch {
  onOutput: (messages: Uint8Array) => void
  resolve: (status: TransactionStatus | undefined) => void
  reject: (error: ThreadStopped) => void
}

/** The embedded Postgres, with one session and one batch at a time. In a thread, because only ending that stops a query. */
export class PgliteThread {
  readonly #worker: Worker
  readonly #ended: Promise<void>
  #running: RunningBatch | undefined
  #stopped: ThreadStopped | undefined
  #memoryBytes = 0
  /** The ParameterStatus messages for a new client. */
  readonly parameters: Uint8Array

  private constructor(worker: Worker, parameters: Uint8Array) {
    this.#worker = worker
    this.parameters = parameters
    this.#ended = new Promise((resolve) => worker.once('exit', () => resolve()))
    let reason = 'its thread ended'
    let shortage: Shortage | undefined
    worker.on('message', (report: ThreadReport) => {
      if ('output' in report) this.#running?.onOutput(report.output)
      if ('done' in report) this.#finish(report.done, report.memoryBytes)
      else if ('failed' in report) ({ failed: reason, shortage } = { shortage: undefined, ...report })
    })
    worker.on('error', (error) => {
      reason = String(error)
    })
    worker.once('exit', () => {
      this.#stopped = new ThreadStopped(`The embedded Postgres stopped: ${reason}`, shortage)
      this.#running?.reject(this.#stopped)
    })
  }

  /**
   * Opens a database that `createDatabaseFiles` has created, and recovers it if it was not closed.
   *
   * @throws ThreadStopped with Postgres's message, if the files are damaged or cannot be written
   */
  static async start(directory: string): Promise<PgliteThread> {
    const worker = new Worker(WORKER, {
      workerData: { directory } satisfies ThreadData,
      // Without this process's Node options.
      // Without this process's Node options.
      execArgv: [],
      resourceLimits: { stackSizeMb: THREAD_STACK_MB },
      name: 'hubdex-postgres',
    })
    const report = await firstReport(worker)
    if ('ready' in report) return new PgliteThread(worker, report.ready)
    // A failed thread would keep this process alive.
    await worker.terminate()
    throw new ThreadStopped('failed' in report ? report.failed : 'it ended before it was ready')
  }

  /**
   * Runs a batch: protocol messages up to a Query, Sync, Flush, FunctionCall or CopyDone.
   *
   * @param onOutput receives whole messages as they come
   * @returns the status of the transaction afterwards; undefined after a Flush
   */
  run(batch: Uint8Array<ArrayBuffer>, onOutput: (messages: Uint8Array) => void): Promise<TransactionStatus | undefined> {
    if (this.#stopped !== undefined) return Promise.reject(this.#stopped)
    if (this.#running !== undefined) throw new Error('A message batch is running already. Internal error; please report it.')
    return new Promise((resolve, reject) => {
      this.#running = { onOutput, resolve, reject }
      this.#worker.postMessage({ run: batch } satisfies ThreadRequest, [batch.buffer])
    })
  }

  /** Memory of the WebAssembly after the last batch. It only grows. */
  get memoryBytes(): number {
    return this.#memoryBytes
  }

  #finish(status: TransactionStatus | undefined, memoryBytes: number): void {
    this.#memoryBytes = memoryBytes
    const running = this.#running
    this.#running = undefined
    running?.resolve(status)
  }

  /** Ends the thread at once; the files are then as after a crash. */
  async terminate(): Promise<void> {
    await this.#worker.terminate()
  }

  /** Shuts down the database. */
  async close(): Promise<void> {
    this.#worker.postMessage({ close: true } satisfies ThreadRequest)
    await this.#ended
  }
}

function firstReport(worker: Worker): Promise<ThreadReport> {
  return new Promise((resolve) => {
    worker.once('message', resolve)
    worker.once('error', (error) => resolve({ failed: String(error) }))
    worker.once('exit', (code) => resolve({ failed: `its thread ended with code ${code}` }))
  })
}
