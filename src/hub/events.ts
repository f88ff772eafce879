import type { Bucket } from './budget/budget.ts'
import type { RepoKind } from './kinds.ts'

/** What a client reports while it works, for logs, metrics and progress displays. Instants are milliseconds since 1970. */
export type HubEvent =
  /** An exchange has ended. The status is undefined when no whole answer came. */
  | { type: 'request'; url: string; bucket: Bucket; status: number | undefined; wireBytes: number; durationMs: number }
  /** A passing failure; the request is sent again after the delay. */
  | { type: 'retry'; url: string; reason: string; delayMs: number; retriesLeft: number }
  /** A 429: the whole bucket waits. */
  | { type: 'throttled'; url: string; bucket: Bucket; untilMs: number }
  /** The budget makes a request wait for a second or more. */
  | { type: 'waiting'; bucket: Bucket; untilMs: number }
  /** A repo was requested under a former name. */
  | { type: 'moved'; kind: RepoKind; from: string; to: string }
  /** The Hub sends addresses of another server; they are requested from the endpoint instead. Reported once per client. */
  | { type: 'readdressed'; from: string; to: string }
  /** The server does not support these properties; they are left out from now on. */
  | { type: 'expand-refused'; kind: RepoKind; properties: readonly string[] }
  /** A page of a list failed; it is requested again with fewer repos or fewer properties. */
  | { type: 'page-narrowed'; kind: RepoKind; reason: string }

/** Requests sent since the client was created, whatever their outcome. */
export interface RequestCounts {
  api: number
  resolvers: number
  /** Those that were answered 429. */
  throttled: number
}
