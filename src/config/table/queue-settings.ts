import { choice, choices, plainName, redisUrl, wholeNumber } from '../value-types.ts'
import type { Setting } from './setting.ts'

/** The tasks that a worker can do. */
export const TASK_NAMES = ['pass', 'probe', 'refresh', 'details', 'parquet', 'card', 'index'] as const

export type TaskName = (typeof TASK_NAMES)[number]

/** How tasks are queued and worked on. */
export const queueSettings = {
  queue: {
    env: 'HUBDEX_QUEUE',
    type: choice(['auto', 'local', 'redis', 'postgres']),
    default: 'auto',
    help: 'Where tasks are queued: in the process (`local`), on Redis, or on the Postgres of the catalog. `auto` is Redis if REDIS_URL is set, else local.',
  },
  redisUrl: {
    env: 'REDIS_URL',
    type: redisUrl,
    default: undefined,
    defaultText: 'none: tasks are queued in the process',
    help: 'The Redis server, version 6.2 or newer, that queues the tasks of all machines.',
    secret: true,
  },
  queuePrefix: {
    env: 'HUBDEX_QUEUE_PREFIX',
    type: plainName,
    default: 'hubdex',
    help: 'Prefix of all queue names. Catalogs that share a Redis need different prefixes.',
  },
  tasks: {
    env: 'HUBDEX_TASKS',
    flag: '--tasks <names>',
    type: choices(TASK_NAMES),
    default: TASK_NAMES,
    defaultText: 'all',
    help: 'The tasks that `hubdex worker` does.',
  },
  concurrency: {
    env: 'HUBDEX_CONCURRENCY',
    flag: '--concurrency <tasks>',
    type: wholeNumber(1, 256),
    default: 8,
    help: 'Maximum number of tasks of one name that a process works on at once.',
  },
  shutdownTimeoutSecs: {
    env: 'HUBDEX_SHUTDOWN_TIMEOUT_SECS',
    type: wholeNumber(0, 3600),
    default: 20,
    help: 'How long in-flight tasks may continue after SIGTERM or Ctrl-C before they are released to other processes.',
  },
} as const satisfies Record<string, Setting>
