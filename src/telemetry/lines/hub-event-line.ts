import type { HubEvent } from '../../hub/events.ts'
import { counted, formatDuration } from '../../output/format.ts'

/** The line for an event of the Hub client; undefined for routine. */
export function hubEventLine(event: HubEvent, nowMs: number): string | undefined {
  switch (event.type) {
    case 'retry':
      return `${event.reason} Retrying in ${formatDuration(event.delayMs / 1000)} (${counted(event.retriesLeft, 'retry', 'retries')} left).`
    case 'throttled':
      return `The Hub throttled requests; resuming in ${formatDuration((event.untilMs - nowMs) / 1000)}.`
    case 'waiting':
      return event.untilMs - nowMs < LONG_WAIT_MS
        ? undefined
        : `The request budget is spent; resuming in ${formatDuration((event.untilMs - nowMs) / 1000)}.`
    case 'readdressed':
      return `The Hub links to ${event.from}; using ${event.to} instead.`
    case 'expand-refused':
      return `The Hub refuses to list ${event.properties.join(', ')} of ${event.kind}s; continuing without.`
    case 'page-narrowed':
      return `A page of ${event.kind}s cannot be fetched; requesting smaller pages.`
    default:
      return undefined
  }
}

/** Shorter waits are frequent, due to pacing. */
const LONG_WAIT_MS = 10_000
