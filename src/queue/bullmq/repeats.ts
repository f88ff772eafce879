import type { Task } from '../tasks.ts'
import { REPEAT, type TaskQueue } from './jobs.ts'

const CHECK_EVERY_MS = 30_000

interface Repeat {
  queue: TaskQueue
  task: Task
  everyMs: number
}

/** The repeats that this process wants. It checks periodically that the server still knows them. */
export class Repeats {
  readonly #repeats = new Map<string, Repeat>()
  readonly #timer = setInterval(() => void this.#check(), CHECK_EVERY_MS).unref()

  async ask(queue: TaskQueue, task: Task, everyMs: number): Promise<void> {
    this.#repeats.set(`${queue.name}:${task.key}`, { queue, task, everyMs })
    await schedule({ queue, task, everyMs })
  }

  close(): void {
    clearInterval(this.#timer)
  }

  async #check(): Promise<void> {
    for (const repeat of this.#repeats.values()) {
      // Retried at the next check.
      await schedule(repeat).catch(() => undefined)
    }
  }
}

async function schedule({ queue, task, everyMs }: Repeat): Promise<void> {
  const known = await queue.getJobScheduler(task.key)
  if (known?.every === everyMs) return
  await queue.upsertJobScheduler(
    task.key,
    { every: everyMs },
    {
      name: REPEAT,
      data: { tick: task },
      opts: { priority: 1, attempts: 3, backoff: 1000, removeOnComplete: true, removeOnFail: true },
    },
  )
}
