import { setTimeout as delay } from 'node:timers/promises'
import { type TaskData, TaskFailed } from '../tasks.ts'
import type { TaskQueue } from './jobs.ts'

/** Delays between two checks of a task: short at first, for short tasks. */
const FIRST_CHECK_MS = 20
const LONGEST_CHECK_MS = 500

/** Results of BullMQ's `isFinished`. */
const MISSING = -1
const COMPLETED = 1
const FAILED = 2

export type TaskEnd = { isLost: true } | { isLost: false; result: TaskData | undefined }

/** Polls, which also works when the server is unreachable or wiped. @throws TaskFailed, or the signal's reason */
export async function awaitTaskEnd(queue: TaskQueue, jobId: string, signal: AbortSignal): Promise<TaskEnd> {
  for (let waitMs = FIRST_CHECK_MS; ; waitMs = Math.min(waitMs * 2, LONGEST_CHECK_MS)) {
    await delay(waitMs, undefined, { signal }).catch(() => signal.throwIfAborted())
    const [state, value] = await check(queue, jobId)
    if (state === MISSING) return { isLost: true }
    if (state === FAILED) throw new TaskFailed(value ?? 'It failed.')
    if (state === COMPLETED) return { isLost: false, result: JSON.parse(value ?? 'null') ?? undefined }
  }
}

async function check(queue: TaskQueue, jobId: string): Promise<[number, string?]> {
  try {
    const answer = await queue.getBackend().isFinished(jobId, true)
    return typeof answer === 'number' ? [answer] : answer
  } catch {
    // The server is unreachable, which the workers and `ping` report; the task may still be running.
    return [0]
  }
}
