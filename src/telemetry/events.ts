import type { CrawlEvent } from '../crawl/events.ts'
import type { RefreshEvent } from '../crawl/refresh/refresh-worker.ts'
import type { ScheduleEvent } from '../crawl/schedule/job.ts'
import type { StageFetched } from '../crawl/stages/stage-events.ts'
import type { HubEvent } from '../hub/events.ts'
import type { TaskEvent } from '../queue/tasks.ts'

/** All events of a process, by the part that emits them. Log, metrics and console lines are made from them. */
export interface OperationEvents {
  hub: HubEvent
  schedule: ScheduleEvent
  refresh: RefreshEvent
  tasks: TaskEvent
  crawl: CrawlEvent | StageFetched
  server: ServerEvent
  database: DatabaseEvent
  workers: WorkersEvent
  embedding: EmbeddingEvent
}

/** What the code that forwards an event adds to it. */
export interface EventOrigin {
  /** The fingerprint of the token of the requests. */
  budget?: string | undefined
  /** The run of the schedule that caused the work. */
  run?: string | undefined
}

/** Emits an event of a part. */
export type Emit = <Part extends keyof OperationEvents>(part: Part, event: OperationEvents[Part], origin?: EventOrigin) => void

/** Events of the server. Those that anybody on the network can cause are summed up and emitted at most once per minute. */
export type ServerEvent =
  | { type: 'webhook-taken'; repos: number }
  | { type: 'webhook-ignored'; reason: string }
  /** The catalog did not store a delivery. */
  | { type: 'webhook-failed'; reason: string }
  | { type: 'webhooks-refused'; count: number }
  /** Sign-ins of the operator with a wrong token. */
  | { type: 'sign-ins-refused'; count: number }
  | { type: 'request-failed'; method: string; path: string; reason: string }
  /** Values for metrics cannot be read; emitted once until that changes. */
  | { type: 'figures-unavailable'; of: 'catalog' | 'queue' | 'replica'; reason: string }
  | { type: 'figures-recovered'; of: 'catalog' | 'queue' | 'replica' }

/** The heartbeat of this process cannot be written; emitted once until that changes. */
type DatabaseEvent = { type: 'database-unavailable'; reason: string } | { type: 'database-recovered' }

/** Tasks of these names are queued and no worker takes them; emitted once until that changes. */
export type WorkersEvent =
  | { type: 'workers-missing'; areAllMissing: boolean; tasks: readonly string[]; waiting: number }
  | { type: 'workers-available' }

/** Texts cannot be embedded for semantic search; emitted once until that changes. */
type EmbeddingEvent = { type: 'embedder-unavailable'; reason: string } | { type: 'embedder-recovered' }
