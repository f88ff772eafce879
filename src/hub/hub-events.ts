import type { Bucket } from './budget.ts'
import type { RepoKind } from './kinds.ts'

/** What a client tells while it works; logs, metrics and progress displays hang off it. Instants are ms since 1970. */
export type HubEvent =
  /** An exchange has ended, with a status or, where no whole answer came, without. */
  | { type: 'request'; url: string; bucket: Bucket; status: number | undefined; wireBytes: number; durationMs: number }
  /** A passing failure; the request goes out again after the delay. */
  | { type: 'retry'; url: string; reason: string; delayMs: number; retriesLeft: number }
  /** A 429: the whole bucket waits. */
  | { type: 'throttled'; url: string; bucket: Bucket; untilMs: number }
  /** The budget makes a request wait for a second or more. */
  | { type: 'waiting'; bucket: Bucket; untilMs: number }
  /** A repo was asked for under a name that it no longer has. */
  | { type: 'moved'; kind: RepoKind; from: string; to: string }
  /** The Hub gives addresses of another server, which are asked for on the endpoint. Reported once by each client. */
  | { type: 'readdressed'; from: string; to: string }
  /** The server does not know these properties; they are left out from now on. */
  | { type: 'expand-refused'; kind: RepoKind; properties: readonly string[] }
  /** A page of a list did not come; it is asked for with fewer repos or fewer properties. */
  | { type: 'page-narrowed'; kind: RepoKind; reason: string }

/** Requests sent since the client was made, whatever became of them. */
export interface RequestCounts {
  api: number
  resolvers: number
  /** Those of them that were answered 429. */
  throttled: number
}
