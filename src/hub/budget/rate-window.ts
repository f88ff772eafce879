import type { RateLimit } from './rate-limit.ts'

/**
 * What is known about the server's current window. Its end is a range, because the server rounds `t` to seconds and transfer
 * takes time. Each further answer narrows it. Instants are milliseconds since 1970 by the local clock. Only differences come
 * from the server, so its clock may be wrong.
 */
export interface RateWindow {
  readonly quota: number
  readonly lengthMs: number
  /** The lowest figure in any answer of this window. */
  readonly remaining: number
  /** The window ends no earlier than this, */
  readonly endsFromMs: number
  /** and no later than this. */
  readonly endsByMs: number
  /** True until an answer has described the window. It may have begun later, since some servers begin it with a request. */
  readonly isAssumed: boolean
}

/** The window length of the Hub, assumed for a server that sends a limit without a policy. */
const USUAL_LENGTH_SECS = 300

/** The longest window that a server can make the client wait for. */
const LONGEST_LENGTH_SECS = 86_400

/** Rounding up, down or to the nearest second changes a time by less than this. */
const ROUNDING_MS = 1000

/** The window that one answer describes, given when its request was sent and when the answer came. */
export function windowOf(limit: RateLimit, sentAtMs: number, receivedAtMs: number): RateWindow {
  const lengthSecs = limit.windowSecs ?? Math.max(USUAL_LENGTH_SECS, limit.resetSecs)
  const lengthMs = Math.min(Math.max(1, lengthSecs), LONGEST_LENGTH_SECS) * 1000
  const resetMs = Math.min(limit.resetSecs * 1000, lengthMs)
  return {
    quota: Math.max(1, limit.quota ?? limit.remaining + 1),
    lengthMs,
    remaining: limit.remaining,
    endsFromMs: sentAtMs + resetMs - ROUNDING_MS,
    endsByMs: receivedAtMs + resetMs + ROUNDING_MS,
    isAssumed: false,
  }
}

/**
 * Combines an answer with what is known. Answers arrive out of order: one of a past window changes nothing. One of the current
 * window can only lower what remains, because a higher figure is an older one.
 */
export function merged(known: RateWindow, seen: RateWindow): RateWindow {
  const shiftMs = middleOf(seen) - middleOf(known)
  if (shiftMs < -known.lengthMs / 2) return known
  if (shiftMs > known.lengthMs / 2 || known.isAssumed) return seen
  const endsFromMs = Math.max(known.endsFromMs, seen.endsFromMs)
  const endsByMs = Math.min(known.endsByMs, seen.endsByMs)
  // Contradictory answers come from servers whose clocks differ; the newest is as good as any.
  const range = endsFromMs <= endsByMs ? { endsFromMs, endsByMs } : {}
  return { ...seen, ...range, remaining: Math.min(known.remaining, seen.remaining) }
}

/** The window after `known`, once that has certainly ended: full, and of the same length. Answers will correct it. */
export function renewed(known: RateWindow, nowMs: number): RateWindow {
  const skippedMs = Math.max(1, Math.ceil((nowMs - known.endsByMs) / known.lengthMs)) * known.lengthMs
  return {
    ...known,
    remaining: known.quota,
    endsFromMs: known.endsFromMs + skippedMs,
    endsByMs: known.endsByMs + skippedMs,
    isAssumed: true,
  }
}

function middleOf(window: RateWindow): number {
  return (window.endsFromMs + window.endsByMs) / 2
}
