import { setTimeout as delay } from 'node:timers/promises'
import { type BackendFactory, type IQueueBackend, type Job, Worker, type WorkerOptions } from 'bullmq'
import type { AnyData, JobResult } from './jobs.ts'

/** Delay between two fetches when the server fails at once. */
const FAILED_FETCH_DELAY_MS = 500

/** An idle worker asks again after this many seconds. */
const LONGEST_BLOCK_SECS = 5

type Process = (job: Job<AnyData, JobResult, string>, token: string | undefined) => Promise<JobResult>

/** A BullMQ worker that also knows when it was last in contact with its queue. */
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

  /** Stops what keeps the process alive when closing would wait for an unreachable server. */
  abandon(): void {
    void this.lockManager.close()
  }

  /** Otherwise the Postgres backend would wait up to an hour for the token of a queued job. */
  override get maximumBlockTimeout(): number {
    return LONGEST_BLOCK_SECS
  }

  protected override async moveToActive(token: string, name?: string): Promise<Job<AnyData, JobResult, string, number>> {
    try {
      const job = await super.moveToActive(token, name)
      this.#touch()
      return job
    } catch (error) {
      // BullMQ reports nothing when it cannot connect, and asks again at once.
      if (!this.isPaused() && !this.closing) this.emit('error', error as Error)
      await delay(FAILED_FETCH_DELAY_MS)
      throw error
    }
  }

  #touch(): void {
    this.#touchedMs = performance.now()
  }
}
