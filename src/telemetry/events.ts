import type { CrawlEvent } from '../crawl/events.ts'
import type { RefreshEvent } from '../crawl/refresh/refresh-worker.ts'
import type { ScheduleEvent } from '../crawl/schedule/job.ts'
import type { StageFetched } from '../crawl/stages/stage-events.ts'
import type { HubEvent } from '../hub/events.ts'
import type { TaskEvent } from '../queue/tasks.ts'

/** Everything that a process at work tells, by the part that tells it. Log, metrics and console lines all come from here. */
export interface OperationEvents {
  hub: HubEvent
  schedule: ScheduleEvent
  refresh: RefreshEvent
  tasks: TaskEvent
  crawl: CrawlEvent | StageFetched
  server: ServerEvent
  database: DatabaseEvent
  workers: WorkersEvent
}

/** What is the same for many events, and known to whoever passes them on. */
export interface EventOrigin {
  /** The fingerprint of the token that the requests go out with. */
  budget?: string | undefined
  /** The run of the schedule for which it is done. */
  run?: string | undefined
}

/** Takes an event of one part. */
export type Emit = <Part extends keyof OperationEvents>(
  part: Part,
  event: OperationEvents[Part],
  origin?: EventOrigin,
) => void

/** What the server tells. Whatever anybody on the network can cause is told in sums, at most once a minute. */
export type ServerEvent =
  | { type: 'webhook-taken'; repos: number }
  | { type: 'webhook-ignored'; reason: string }
  /** A delivery that the catalog did not take. */
  | { type: 'webhook-failed'; reason: string }
  | { type: 'webhooks-refused'; count: number }
  /** Wrong operator's tokens. */
  | { type: 'sign-ins-refused'; count: number }
  | { type: 'request-failed'; method: string; path: string; reason: string }
  /** Figures for metrics cannot be read; told once until that changes. */
  | { type: 'figures-unavailable'; of: 'catalog' | 'queue'; reason: string }
  | { type: 'figures-recovered'; of: 'catalog' | 'queue' }

/** The catalog does not take the sign of life of this process; told once until that changes. */
type DatabaseEvent = { type: 'database-unavailable'; reason: string } | { type: 'database-recovered' }

/** Tasks of these names wait, and no worker takes them; told once until that changes. */
export type WorkersEvent =
  | { type: 'workers-missing'; areAllMissing: boolean; tasks: readonly string[]; waiting: number }
  | { type: 'workers-available' }
