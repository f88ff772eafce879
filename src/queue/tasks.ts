import type { TaskName } from '../config/settings.ts'

/** What a task is given, and what it gives back, as it stands in a queue. */
export type TaskData = Readonly<Record<string, unknown>>

/** A piece of work that is safe to do again: what must be true afterwards is in the catalog, never in the queue. */
export interface Task {
  name: TaskName
  /** What the work is about. No two tasks of a lane with the same key wait or run at a time. */
  key: string
  data: TaskData
  /** From 1, which goes first, to 2,000,000. Equal ones go in the order in which they were added. @default 1 */
  priority?: number
}

/** A line of tasks. Those of one name and one token of the Hub make a lane, so that a spent budget holds up no other. */
export interface Lane {
  name: TaskName
  /** Names the token without giving it away; undefined for tasks that ask no Hub. */
  budget?: string | undefined
}

export interface TaskRun {
  task: Task
  /** 1 the first time. */
  attempt: number
  /** Aborted when the time to end gracefully is over, or the task was lost to another process: lay it down, and throw. */
  signal: AbortSignal
  /** Aborted when the process begins to end: go on, but wait for nothing that may take long; throw its reason instead. */
  draining: AbortSignal
}

/**
 * Does a task. What it throws decides what becomes of it: `LanePaused` puts it back at no cost and closes the lane, for all
 * processes, until then; `UnsupportedTask` leaves it to other processes; `GiveUp` ends it; after an aborted signal, or with the
 * reason of `draining`, it goes back in line at no cost; anything else is tried again after a delay that doubles, up to
 * `MAX_ATTEMPTS`.
 */
export type TaskHandler = (run: TaskRun) => Promise<TaskData | undefined>

export const MAX_ATTEMPTS = 5

export interface WorkOptions {
  /** Tasks of the lane that this process works on at a time. */
  concurrency: number
  run: TaskHandler
  emit(event: TaskEvent): void
}

/** What the workers of a process tell. `failed` is the end; `retried` comes back. */
export type TaskEvent =
  | { type: 'task-done'; task: Task; durationMs: number }
  | { type: 'task-retried'; task: Task; attempt: number; reason: string }
  | { type: 'task-failed'; task: Task; attempt: number; reason: string }
  /** Tasks of the lane are left to others; told once in each process. */
  | { type: 'task-unsupported'; lane: Lane; reason: string }
  | { type: 'lane-paused'; lane: Lane; untilMs: number; reason: string }
  /** The process that did it died; the task goes back in line. */
  | { type: 'task-stalled'; lane: Lane }
  /** The queue's server is away or refuses; told once until that changes. */
  | { type: 'queue-unavailable'; reason: string }
  | { type: 'queue-recovered' }

export interface TaskCounts {
  waiting: number
  running: number
  /** Those that wait for another try. */
  delayed: number
}

/** One process at work on a lane. */
export interface LaneWorker {
  /** Milliseconds since it was last known to be in touch with its queue. */
  silentMs(): number
  /** Takes no new task; waits for those under way; those that are still there after `graceMs` are laid down. */
  drain(graceMs: number): Promise<void>
}

/**
 * The queue: the port behind which each engine stands. What it promises is tested by one conformance suite. Nothing in it
 * is needed to know what there is to do: an engine that was wiped is filled again by whoever plans.
 */
export interface Tasks {
  readonly engine: 'local' | 'redis' | 'postgres'
  /** Adds tasks, those apart whose key waits or runs already. @returns how many were added */
  add(lane: Lane, tasks: readonly Task[]): Promise<number>
  /**
   * Adds a task and waits for its end, or for the end of the one with its key that is there already. A task that vanished,
   * as from a queue that was wiped, is added again; so may be one that was there by `add`, of whose end nothing is kept.
   *
   * @throws TaskFailed when it was given up; the signal's reason when that aborts: the task itself goes on then
   */
  run(lane: Lane, task: Task, signal: AbortSignal): Promise<TaskData | undefined>
  /** Adds this task every so often, whichever process is there, and with several that ask just once. To be asked again now and then. */
  repeat(lane: Lane, task: Task, everyMs: number): Promise<void>
  work(lane: Lane, options: WorkOptions): LaneWorker
  counts(lane: Lane): Promise<TaskCounts>
  /** Resolves when the queue's server has answered. */
  ping(): Promise<void>
  /** Ends the connections. Workers are to be drained before. */
  close(): Promise<void>
}

/** No task of the lane can be done until then. */
export class LanePaused extends Error {
  override readonly name = 'LanePaused'
  readonly untilMs: number

  /**
   * @param untilMs milliseconds since 1970
   * @param reason in a sentence
   */
  constructor(untilMs: number, reason: string) {
    super(reason)
    this.untilMs = untilMs
  }
}

/** Trying again would not help. */
export class GiveUp extends Error {
  override readonly name: string = 'GiveUp'
}

/** Another version of the program may know how to do it. It is given up when nobody does within an hour. */
export class UnsupportedTask extends GiveUp {
  override readonly name = 'UnsupportedTask'
}

/** A task that was waited for has come to a bad end. */
export class TaskFailed extends Error {
  override readonly name = 'TaskFailed'
}
