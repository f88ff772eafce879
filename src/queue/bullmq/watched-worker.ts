import { setTimeout as delay } from 'node:timers/promises'
import { type BackendFactory, type IQueueBackend, type Job, Worker, type WorkerOptions } from 'bullmq'
import type { AnyData, JobResult } from './jobs.ts'

/** Between two questions to a server that fails at once. */
const FAILED_FETCH_DELAY_MS = 500

/** Seconds after which an idle worker asks again, whatever it waits for. */
const LONGEST_BLOCK_SECS = 5

type Process = (job: Job<AnyData, JobResult, string>, token: string | undefined) => Promise<JobResult>

/** BullMQ's worker, which also knows when it was last in touch with its queue. */
export class WatchedWorker extends Worker<AnyData, JobResult, string, IQueueBackend, number, unknown> {
  #touchedMs = performance.now()

  constructor(
    name: string,
    process: Process,
    options: WorkerOptions<unknown>,
    backend: BackendFactory<IQueueBackend, unknown>,
  ) {
    super(name, process, options, backend)
    this.on('locksRenewed', () => this.#touch())
    this.on('completed', () => this.#touch())
  }

  get silentMs(): number {
    return performance.now() - this.#touchedMs
  }

  /** Ends what keeps the process alive, where closing waits for a server that is away. */
  abandon(): void {
    void this.lockManager.close()
  }

  /** The token of one in line is what the Postgres backend would wait for up to an hour. */
  override get maximumBlockTimeout(): number {
    return LONGEST_BLOCK_SECS
  }

  protected override async moveToActive(
    token: string,
    name?: string,
  ): Promise<Job<AnyData, JobResult, string, number>> {
    try {
      const job = await super.moveToActive(token, name)
      this.#touch()
      return job
    } catch (error) {
      // BullMQ says nothing of a connection that cannot be made, and asks again at once.
      if (!this.isPaused() && !this.closing) this.emit('error', error as Error)
      await delay(FAILED_FETCH_DELAY_MS)
      throw error
    }
  }

  #touch(): void {
    this.#touchedMs = performance.now()
  }
}
