import type { HubEvent } from '../../hub/events.ts'

/** To get past one bad page takes some tens of requests. */
const NARROWED_MS = 60_000

/**
 * What was told of the conversation with the Hub, and until when that holds. Requests side by side meet the same trouble,
 * and wait for the same instant: one line for all of them is enough.
 */
export class EventDeduplicator {
  readonly #untilMs = new Map<string, number>()

  /** Whether this is to be told, which then holds for its like until the wait that it tells of is over. */
  isNews(event: HubEvent, nowMs: number): boolean {
    const told = subjectOf(event, nowMs)
    if (told === undefined) return true
    if (nowMs < (this.#untilMs.get(told.subject) ?? 0)) return false
    this.#untilMs.set(told.subject, told.untilMs)
    return true
  }
}

function subjectOf(event: HubEvent, nowMs: number): { subject: string; untilMs: number } | undefined {
  switch (event.type) {
    case 'retry':
      // Whatever was asked for.
      return { subject: event.reason.replace(event.url.split('?', 1)[0] ?? '', ''), untilMs: nowMs + event.delayMs }
    case 'throttled':
    case 'waiting':
      return { subject: `${event.type} ${event.bucket}`, untilMs: event.untilMs }
    case 'page-narrowed':
      // Until it is past that page, and for a while after.
      return { subject: `${event.type} ${event.kind}`, untilMs: nowMs + NARROWED_MS }
    default:
      return undefined
  }
}
