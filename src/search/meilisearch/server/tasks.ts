import { setTimeout as sleep } from 'node:timers/promises'
import type { EnqueuedTask, Task } from 'meilisearch'
import { SearchUnavailable } from '../../search-unavailable.ts'
import { fullDisk, type MeilisearchConnection } from './connection.ts'

/** The outcome of a task: done, refused for its content, or failed for a reason of the server's own. */
export type TaskOutcome = { state: 'done' } | { state: 'refused' | 'failed'; reason: string }

/** Enqueues a task and waits for its end. @throws SearchUnavailable when the server cannot run tasks now */
export async function runTask(connection: MeilisearchConnection, enqueue: () => Promise<EnqueuedTask>): Promise<TaskOutcome> {
  const { taskUid } = await connection.ask(enqueue)
  for (let waitMs = 5; ; waitMs = Math.min(1.5 * waitMs, LONGEST_WAIT_MS)) {
    const task = await connection.ask(() => connection.client.tasks.getTask(taskUid))
    if (task.status !== 'enqueued' && task.status !== 'processing') return outcomeOf(task, connection)
    await sleep(waitMs)
  }
}

/** Runs a task without content that could be refused. @throws SearchUnavailable when it is not done */
export async function runTaskOrThrow(connection: MeilisearchConnection, enqueue: () => Promise<EnqueuedTask>): Promise<void> {
  const outcome = await runTask(connection, enqueue)
  if (outcome.state !== 'done') {
    throw new SearchUnavailable('task-failed', `A task failed in Meilisearch at ${connection.address}: ${outcome.reason}`)
  }
}

const LONGEST_WAIT_MS = 250

function outcomeOf(task: Task, { address }: MeilisearchConnection): TaskOutcome {
  if (task.status === 'succeeded') return { state: 'done' }
  if (task.status === 'canceled')
    throw new SearchUnavailable('task-failed', `A task was canceled in Meilisearch at ${address}.`)
  const reason = task.error?.message ?? 'No reason given.'
  if (task.error?.code === 'no_space_left_on_device') throw fullDisk(address)
  return { state: task.error?.type === 'invalid_request' ? 'refused' : 'failed', reason }
}
