import { httpDateOf } from '../instant.ts'

/** Header values by lower-case name. */
export type Headers = Readonly<Record<string, string | undefined>>

/** What one answer says about a fixed window. */
export interface RateLimit {
  /** Requests left in the window after this one. */
  remaining: number
  /** Seconds to the end of the window, rounded in an undocumented way. */
  resetSecs: number
  /** Requests per window. */
  quota: number | undefined
  windowSecs: number | undefined
}

/**
 * Reads `RateLimit: "api";r=499;t=295` and `RateLimit-Policy: "fixed window";"api";q=500;w=300`.
 *
 * @returns undefined when the server sent no limit, or one that does not parse
 */
export function readRateLimit(headers: Headers): RateLimit | undefined {
  const limit = headers['ratelimit']
  if (limit === undefined) return undefined
  const remaining = parameter(limit, 'r')
  const resetSecs = parameter(limit, 't')
  if (remaining === undefined || resetSecs === undefined) return undefined
  const policy = headers['ratelimit-policy'] ?? ''
  return { remaining, resetSecs, quota: parameter(policy, 'q'), windowSecs: parameter(policy, 'w') }
}

/** About as long as nine digits of seconds. A later time could not be shown as a date. */
const LONGEST_WAIT_MS = 1e12

/**
 * Reads `Retry-After`, in seconds or as a date. A date is compared with the server's own `Date`, so that a wrong clock on
 * either side does no harm.
 *
 * @returns milliseconds to wait, undefined when absent or unreadable
 */
export function readRetryAfterMs(headers: Headers, nowMs: number): number | undefined {
  const value = headers['retry-after']?.trim()
  if (value === undefined || value === '') return undefined
  if (/^\d{1,9}(\.\d+)?$/.test(value)) return Number(value) * 1000
  const until = httpDateOf(value)
  if (until === undefined) return undefined
  const waitMs = Math.max(0, until - (httpDateOf(headers['date'] ?? '') ?? nowMs))
  return waitMs < LONGEST_WAIT_MS ? waitMs : undefined
}

function parameter(value: string, name: string): number | undefined {
  const match = new RegExp(`;\\s*${name}\\s*=\\s*(\\d{1,12})`).exec(value)
  return match?.[1] === undefined ? undefined : Number(match[1])
}
