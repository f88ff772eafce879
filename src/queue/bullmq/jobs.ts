import { randomBytes } from 'node:crypto'
import type { BulkJobOptions, IQueueBackend, Job, Queue } from 'bullmq'
import { type Lane, MAX_ATTEMPTS, type QueuedTaskName, type Task, type TaskData } from '../tasks.ts'

interface JobData {
  key: string
  data: TaskData
}

/** A job of a repeat. It adds the task when it runs, so that the task is still queued or running only once per key. */
interface RepeatData {
  tick: Task
}

export type AnyData = JobData | RepeatData
export type JobResult = TaskData | null
export type TaskJob = Job<AnyData, JobResult, string>
export type TaskQueue = Queue<AnyData, JobResult, string, AnyData, JobResult, string, IQueueBackend, unknown>

/** Name of the jobs of repeats, which are not tasks themselves. */
export const REPEAT = 'tick'

/**
 * How long results are stored for callers that wait, and failures for the dashboard. Limited by age only: on Postgres, workers
 * that each delete all but the newest thousand lock one another out, which doubled the time of a task from 4.1 ms to 8.9 on a
 * busy machine. On Redis a task that stores nothing takes 82 µs of the server's processor instead of 102.
 */
const STORED = { age: 3600 }

export interface NewJob {
  name: QueuedTaskName
  data: JobData
  opts: BulkJobOptions & { jobId: string }
}

/**
 * A job for a task, with a new id. If the queue returns another id, the task already existed.
 *
 * @param isAwaited whether a caller waits for the result; otherwise none is stored
 */
export function newJob(task: Task, retryDelayMs: number, isAwaited: boolean): NewJob {
  return {
    name: task.name,
    data: { key: task.key, data: task.data },
    opts: {
      removeOnComplete: isAwaited ? STORED : true,
      removeOnFail: STORED,
      jobId: randomBytes(12).toString('base64url'),
      deduplication: { id: task.key },
      priority: task.priority ?? 1,
      attempts: MAX_ATTEMPTS,
      backoff: { type: 'exponential', delay: retryDelayMs },
      stackTraceLimit: 1,
    },
  }
}

export function taskOf(lane: Lane, job: TaskJob): Task {
  if ('tick' in job.data) return job.data.tick
  const { key, data } = job.data
  return { name: lane.name, key, data, priority: job.opts.priority ?? 1 }
}
