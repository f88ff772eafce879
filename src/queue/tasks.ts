import { TASK_NAMES } from '../config/settings.ts'

/** Tasks that wait in lanes. Refreshes wait in the catalog, from which workers lease them. */
export const QUEUED_TASK_NAMES = TASK_NAMES.filter((name) => name !== 'refresh')

export type QueuedTaskName = (typeof QUEUED_TASK_NAMES)[number]

/** Input or result of a task, as stored in a queue. */
export type TaskData = Readonly<Record<string, unknown>>

/** A piece of work that is safe to repeat: its outcome is in the catalog, never in the queue. */
export interface Task {
  name: QueuedTaskName
  /** What the task is about. At most one task per lane and key is queued or running. */
  key: string
  data: TaskData
  /** From 1 (first) to 2,000,000. Tasks of equal priority run in the order in which they were added. @default 1 */
  priority?: number
}

/** The tasks of one name for one token of the Hub, in a queue of their own, so that an exhausted quota blocks no others. */
export interface Lane {
  name: QueuedTaskName
  /** Identifies the token without revealing it; undefined for tasks that do not call the Hub. */
  budget?: string | undefined
}

export interface TaskRun {
  task: Task
  /** 1 the first time. */
  attempt: number
  /** Aborted when the shutdown timeout is over, or the task was lost to another process: stop and throw. */
  signal: AbortSignal
  /** Aborted when the process begins to shut down: continue, but throw this signal's reason instead of waiting for long. */
  draining: AbortSignal
}

/**
 * Does a task. What it throws decides what happens next: `LanePaused` puts the task back and pauses the lane for all processes;
 * `UnsupportedTask` leaves it to other processes; `GiveUp` ends it; anything else is retried with exponential backoff, up to
 * `MAX_ATTEMPTS`. After an aborted signal, or with the reason of `draining`, the task is put back. That uses no attempt.
 */
export type TaskHandler = (run: TaskRun) => Promise<TaskData | undefined>

export const MAX_ATTEMPTS = 5

export interface WorkOptions {
  /** Maximum number of tasks of the lane that this process works on at once. */
  concurrency: number
  run: TaskHandler
  emit(event: TaskEvent): void
}

/** Events of the workers of a process. After `task-failed` a task is not tried again, after `task-retried` it is. */
export type TaskEvent =
  | { type: 'task-done'; task: Task; durationMs: number }
  | { type: 'task-retried'; task: Task; attempt: number; reason: string }
  | { type: 'task-failed'; task: Task; attempt: number; reason: string }
  /** Tasks of the lane are left to others. Emitted once per process. */
  | { type: 'task-unsupported'; lane: Lane; reason: string }
  | { type: 'lane-paused'; lane: Lane; untilMs: number; reason: string }
  /** The process that worked on it died; the task is queued again. */
  | { type: 'task-stalled'; lane: Lane }
  /** The queue's server is unreachable or refuses. Emitted once per outage. */
  | { type: 'queue-unavailable'; reason: string }
  | { type: 'queue-recovered' }

export interface TaskCounts {
  waiting: number
  running: number
  /** Waiting for a retry. */
  delayed: number
}

/** A worker of this process on one lane. */
export interface LaneWorker {
  /** Milliseconds since its last contact with the queue. */
  silentMs(): number
  /** Takes no new tasks, waits for those in flight, and releases those that still run after `graceMs`. */
  drain(graceMs: number): Promise<void>
}

/** The queue. It is never the only record of what there is to do: the scheduler fills a wiped queue again. */
export interface Tasks {
  readonly engine: 'local' | 'redis' | 'postgres'
  /** Adds tasks, except those whose key is queued or running. @returns the number of tasks added */
  add(lane: Lane, tasks: readonly Task[]): Promise<number>
  /**
   * Adds a task, or joins the one with its key that is queued or running, and waits for its end. A task that vanished, such as
   * from a wiped queue, is added again. That may also happen to one that `add` queued, since its end is not stored.
   *
   * @throws TaskFailed when it was given up; the signal's reason when that aborts, while the task itself continues
   */
  run(lane: Lane, task: Task, signal: AbortSignal): Promise<TaskData | undefined>
  /** Enqueues the task every `everyMs`, once across all processes. Call it again periodically: a wiped queue forgets it. */
  repeat(lane: Lane, task: Task, everyMs: number): Promise<void>
  work(lane: Lane, options: WorkOptions): LaneWorker
  counts(lane: Lane): Promise<TaskCounts>
  /** Resolves when the queue's server has answered. */
  ping(): Promise<void>
  /** Closes the connections. Drain the workers first. */
  close(): Promise<void>
}

/** No task of the lane can be done until `untilMs`. */
export class LanePaused extends Error {
  override readonly name = 'LanePaused'
  readonly untilMs: number

  /** @param untilMs milliseconds since 1970 */
  constructor(untilMs: number, reason: string) {
    super(reason)
    this.untilMs = untilMs
  }
}

/** Retrying would not help. */
export class GiveUp extends Error {
  override readonly name: string = 'GiveUp'
}

/** Another version of hubdex may support the task. It is given up when no process does within an hour. */
export class UnsupportedTask extends GiveUp {
  override readonly name = 'UnsupportedTask'
}

/** A task that a caller waited for was given up. */
export class TaskFailed extends Error {
  override readonly name = 'TaskFailed'
}
