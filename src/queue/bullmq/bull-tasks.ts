import { setTimeout as delay } from 'node:timers/promises'
import { Queue } from 'bullmq'
import pTimeout from 'p-timeout'
import { QueueUnavailable } from '../queue-unavailable.ts'
import { taskReason } from '../reason.ts'
import { RETRY_DELAY_MS } from '../retries.ts'
import type { Lane, LaneWorker, Task, TaskCounts, TaskData, Tasks, WorkOptions } from '../tasks.ts'
import { BullWorker, type ReturnOptions } from './bull-worker.ts'
import { newJob, type TaskQueue } from './jobs.ts'
import { laneName } from './lane-name.ts'
import { OutageMonitor } from './outage-monitor.ts'
import { Repeats } from './repeats.ts'
import type { BullConnection } from './servers/bull-connection.ts'
import { type BullTarget, connectBull } from './servers/bull-target.ts'
import { awaitTaskEnd } from './task-end.ts'

/** A caller that adds tasks learns within this time that the server is unreachable. */
const ANSWER_TIMEOUT_MS = 5000

/** The server does nothing else while it adds a batch. */
const BATCH = 500

/** BullMQ's events, which we do not read. */
const STORED_EVENTS = 100

export interface BullOptions extends ReturnOptions {
  /** @default RETRY_DELAY_MS */
  retryDelayMs?: number
}

/** Tasks on Redis or Postgres, for any process to take. @throws QueueUnavailable, which says what to do */
export async function createBullTasks(target: BullTarget, options: BullOptions = {}): Promise<Tasks> {
  return new BullTasks(await connectBull(target), target.prefix, options)
}

class BullTasks implements Tasks {
  readonly engine: 'redis' | 'postgres'
  readonly #connection: BullConnection
  readonly #prefix: string
  readonly #options: BullOptions
  readonly #queues = new Map<string, TaskQueue>()
  readonly #repeats = new Repeats()
  readonly #outage: OutageMonitor
  readonly #closed = new AbortController()

  constructor(connection: BullConnection, prefix: string, options: BullOptions) {
    this.engine = connection.engine
    this.#connection = connection
    this.#prefix = prefix
    this.#options = options
    this.#outage = new OutageMonitor(() => connection.probe())
  }

  async add(lane: Lane, tasks: readonly Task[]): Promise<number> {
    let added = 0
    for (let start = 0; start < tasks.length; start += BATCH) {
      const jobs = tasks.slice(start, start + BATCH).map((task) => newJob(task, this.#retryDelayMs, false))
      const ids = await this.#ask((await this.#queue(lane)).addBulk(jobs))
      added += ids.filter(({ id }, index) => id === jobs[index]?.opts.jobId).length
    }
    return added
  }

  async run(lane: Lane, task: Task, signal: AbortSignal): Promise<TaskData | undefined> {
    const either = AbortSignal.any([signal, this.#closed.signal])
    either.throwIfAborted()
    let jobId = await this.#put(lane, task)
    for (;;) {
      const end = await awaitTaskEnd(await this.#queue(lane), jobId, either)
      if (!end.isLost) return end.result
      jobId = await this.#putAgain(lane, task, either)
    }
  }

  async repeat(lane: Lane, task: Task, everyMs: number): Promise<void> {
    const queue = await this.#queue(lane)
    await this.#ask(this.#repeats.ask(queue, task, everyMs))
  }

  work(lane: Lane, options: WorkOptions): LaneWorker {
    this.#outage.reportTo(options.emit)
    return new BullWorker(lane, options, {
      ...this.#options,
      queueName: laneName(this.#prefix, lane),
      connection: this.#connection,
      outage: this.#outage,
      add: (tasks) => this.add(lane, tasks),
    })
  }

  async counts(lane: Lane): Promise<TaskCounts> {
    const queue = await this.#queue(lane)
    const ask = Promise.all([queue.getJobCounts('wait', 'prioritized', 'active', 'delayed'), queue.getJobSchedulersCount()])
    const [{ wait = 0, prioritized = 0, active = 0, delayed = 0 }, repeats] = await this.#ask(ask)
    // BullMQ counts repeats as delayed; they are not retries.
    return { waiting: wait + prioritized, running: active, delayed: Math.max(0, delayed - repeats) }
  }

  async ping(): Promise<void> {
    await this.#ask(this.#connection.ping())
  }

  async close(): Promise<void> {
    this.#closed.abort(new Error('The queue was closed before the task ended.'))
    this.#outage.close()
    this.#repeats.close()
    for (const queue of this.#queues.values()) {
      await pTimeout(queue.close(), { milliseconds: ANSWER_TIMEOUT_MS }).catch(() => undefined)
    }
    await this.#connection.close()
  }

  get #retryDelayMs(): number {
    return this.#options.retryDelayMs ?? RETRY_DELAY_MS
  }

  /** @returns the id of the job that does the task: the new one, or the one that existed */
  async #put(lane: Lane, task: Task): Promise<string> {
    const { name, data, opts } = newJob(task, this.#retryDelayMs, true)
    const job = await this.#ask((await this.#queue(lane)).add(name, data, opts))
    return job.id ?? ''
  }

  /** Retries while the server is unreachable, until the signal aborts. */
  async #putAgain(lane: Lane, task: Task, signal: AbortSignal): Promise<string> {
    for (;;) {
      try {
        return await this.#put(lane, task)
      } catch (error) {
        if (!(error instanceof QueueUnavailable)) throw error
        await delay(1000, undefined, { signal }).catch(() => signal.throwIfAborted())
      }
    }
  }

  async #queue(lane: Lane): Promise<TaskQueue> {
    const name = laneName(this.#prefix, lane)
    const known = this.#queues.get(name)
    if (known !== undefined) return known
    const { forQueues, backend } = this.#connection
    const queue: TaskQueue = new Queue(name, { ...forQueues, streams: { events: { maxLen: STORED_EVENTS } } }, backend)
    // The failed call reports the error.
    queue.on('error', () => undefined)
    this.#queues.set(name, queue)
    try {
      await this.#ask(queue.waitUntilReady())
    } catch (error) {
      this.#queues.delete(name)
      throw error
    }
    return queue
  }

  /** @throws QueueUnavailable when there is no answer in time */
  async #ask<Answer>(answer: Promise<Answer>): Promise<Answer> {
    const what = this.engine === 'redis' ? 'Redis' : 'Postgres'
    try {
      return await pTimeout(answer, {
        milliseconds: ANSWER_TIMEOUT_MS,
        message: `no answer in ${ANSWER_TIMEOUT_MS} ms`,
      })
    } catch (error) {
      const message = `The queue on ${what} does not accept tasks: ${taskReason(error)}.`
      const advice = 'Nothing is lost: they are added on recovery.'
      throw new QueueUnavailable('no-answer', `${message} ${advice}`, { cause: error })
    }
  }
}
