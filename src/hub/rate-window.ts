import type { RateLimit } from './rate-limit.ts'

/**
 * What is known of the server's present window. Its end is a range, since the server rounds `t` to seconds and some time
 * passes on the wire; each further answer narrows it. Instants are milliseconds since 1970 by our clock: only differences
 * are ever taken from the server, so its own clock may be wrong.
 */
export interface RateWindow {
  readonly quota: number
  readonly lengthMs: number
  /** The least that any answer of this window has left us. */
  readonly remaining: number
  /** The window ends no earlier than this, */
  readonly endsFromMs: number
  /** and no later than this. */
  readonly endsByMs: number
  /** True until an answer has told of the window: it may have begun later, for some servers begin it with a request. */
  readonly isAssumed: boolean
}

/** The window of the Hub, for a server that gives a limit without a policy. */
const USUAL_LENGTH_SECS = 300

/** Nothing a server says makes us wait longer than this for a window. */
const LONGEST_LENGTH_SECS = 86_400

/** Rounding up, down or to the nearest second all stay within one second. */
const ROUNDING_MS = 1000

/** The window that one answer speaks of, given when its request was sent and when it came. */
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
 * Takes an answer into account. Answers arrive out of order: one of a past window changes nothing, and one of the present
 * window only ever lowers what remains, because a higher figure is an older one.
 */
export function merged(known: RateWindow, seen: RateWindow): RateWindow {
  const shiftMs = middleOf(seen) - middleOf(known)
  if (shiftMs < -known.lengthMs / 2) return known
  if (shiftMs > known.lengthMs / 2 || known.isAssumed) return seen
  const endsFromMs = Math.max(known.endsFromMs, seen.endsFromMs)
  const endsByMs = Math.min(known.endsByMs, seen.endsByMs)
  // Answers that contradict each other come from servers that disagree on the time; the latest is as good as any.
  const range = endsFromMs <= endsByMs ? { endsFromMs, endsByMs } : {}
  return { ...seen, ...range, remaining: Math.min(known.remaining, seen.remaining) }
}

/** The window that follows once `known` has surely ended: full, and as long again. Answers will correct it. */
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
