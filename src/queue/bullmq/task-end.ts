import { setTimeout as delay } from 'node:timers/promises'
import { type TaskData, TaskFailed } from '../tasks.ts'
import type { TaskQueue } from './jobs.ts'

/** Between two looks at a task: soon at first, for the short ones. */
const FIRST_LOOK_MS = 20
const LONGEST_LOOK_MS = 500

/** `isFinished` of BullMQ. */
const MISSING = -1
const COMPLETED = 1
const FAILED = 2

export type TaskEnd = { isLost: true } | { isLost: false; result: TaskData | undefined }

/**
 * Waits for the end of a job by looking at it, which also works when the server was away or was wiped meanwhile.
 *
 * @throws TaskFailed, or the signal's reason
 */
export async function awaitTaskEnd(queue: TaskQueue, jobId: string, signal: AbortSignal): Promise<TaskEnd> {
  for (let waitMs = FIRST_LOOK_MS; ; waitMs = Math.min(waitMs * 2, LONGEST_LOOK_MS)) {
    await delay(waitMs, undefined, { signal }).catch(() => signal.throwIfAborted())
    const [state, value] = await look(queue, jobId)
    if (state === MISSING) return { isLost: true }
    if (state === FAILED) throw new TaskFailed(value ?? 'It failed.')
    if (state === COMPLETED) return { isLost: false, result: JSON.parse(value ?? 'null') ?? undefined }
  }
}

async function look(queue: TaskQueue, jobId: string): Promise<[number, string?]> {
  try {
    const answer = await queue.getBackend().isFinished(jobId, true)
    return typeof answer === 'number' ? [answer] : answer
  } catch {
    // The server is away, which the workers and `ping` tell; the task may go on.
    return [0]
  }
}
