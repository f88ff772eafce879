import type { HubEvent } from '../../hub/events.ts'
import { counted, formatDuration } from '../../output/format.ts'

/** What a user should read of the conversation with the Hub; undefined for routine. */
export function hubEventLine(event: HubEvent, nowMs: number): string | undefined {
  switch (event.type) {
    case 'retry':
      return `${event.reason} Trying again in ${formatDuration(event.delayMs / 1000)} (${counted(event.retriesLeft, 'more try', 'more tries')}).`
    case 'throttled':
      return `The Hub asked to slow down; going on in ${formatDuration((event.untilMs - nowMs) / 1000)}.`
    case 'waiting':
      return event.untilMs - nowMs < LONG_WAIT_MS
        ? undefined
        : `The request budget is spent; going on in ${formatDuration((event.untilMs - nowMs) / 1000)}.`
    case 'readdressed':
      return `The Hub gives addresses on ${event.from}; they are asked for on ${event.to} instead.`
    case 'expand-refused':
      return `The Hub does not list ${event.properties.join(', ')} of ${event.kind}s; going on without.`
    case 'page-narrowed':
      return `A page of ${event.kind}s does not come; asking for less at a time.`
    default:
      return undefined
  }
}

/** Pacing makes short waits all the time. */
const LONG_WAIT_MS = 10_000
