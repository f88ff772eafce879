import { setTimeout as sleep } from 'node:timers/promises'
import type { EnqueuedTask, Task } from 'meilisearch'
import { SearchUnavailable } from '../search-unavailable.ts'
import { fullDiskText, type MeilisearchConnection } from './connection.ts'

/** What came of a task: its work is done, its content was refused, or the server failed at it for a reason of its own. */
export type TaskOutcome = { state: 'done' } | { state: 'refused' | 'failed'; reason: string }

/**
 * Hands in a task and waits for its end.
 *
 * @throws SearchUnavailable when the server can do no task now
 */
export async function performed(
  connection: MeilisearchConnection,
  handIn: () => Promise<EnqueuedTask>,
): Promise<TaskOutcome> {
  const { taskUid } = await connection.ask(handIn)
  for (let waitMs = 5; ; waitMs = Math.min(1.5 * waitMs, LONGEST_WAIT_MS)) {
    const task = await connection.ask(() => connection.client.tasks.getTask(taskUid))
    if (task.status !== 'enqueued' && task.status !== 'processing') return outcomeOf(task, connection)
    await sleep(waitMs)
  }
}

/** The same for a task in which there is nothing to refuse. */
export async function mustPerform(
  connection: MeilisearchConnection,
  handIn: () => Promise<EnqueuedTask>,
): Promise<void> {
  const outcome = await performed(connection, handIn)
  if (outcome.state !== 'done') {
    throw new SearchUnavailable(`Meilisearch at ${connection.address} could not do a task: ${outcome.reason}`)
  }
}

const LONGEST_WAIT_MS = 250

function outcomeOf(task: Task, { address }: MeilisearchConnection): TaskOutcome {
  if (task.status === 'succeeded') return { state: 'done' }
  if (task.status === 'canceled') throw new SearchUnavailable(`Somebody cancelled a task in Meilisearch at ${address}.`)
  const reason = task.error?.message ?? 'It gave no reason.'
  if (task.error?.code === 'no_space_left_on_device') throw new SearchUnavailable(fullDiskText(address))
  return { state: task.error?.type === 'invalid_request' ? 'refused' : 'failed', reason }
}
