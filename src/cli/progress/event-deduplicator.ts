import type { HubEvent } from '../../hub/events.ts'

/** Getting past a bad page takes tens of requests. */
const NARROWED_MS = 60_000

/** Recognizes repeated Hub events: parallel requests meet the same problem and wait until the same time. */
export class EventDeduplicator {
  readonly #untilMs = new Map<string, number>()

  /** Whether the event is new. Similar events are not, until its wait is over. */
  isNew(event: HubEvent, nowMs: number): boolean {
    const known = subjectOf(event, nowMs)
    if (known === undefined) return true
    if (nowMs < (this.#untilMs.get(known.subject) ?? 0)) return false
    this.#untilMs.set(known.subject, known.untilMs)
    return true
  }
}

function subjectOf(event: HubEvent, nowMs: number): { subject: string; untilMs: number } | undefined {
  switch (event.type) {
    case 'retry':
      // The URL makes no difference.
      return { subject: event.reason.replace(event.url.split('?', 1)[0] ?? '', ''), untilMs: nowMs + event.delayMs }
    case 'throttled':
    case 'waiting':
      return { subject: `${event.type} ${event.bucket}`, untilMs: event.untilMs }
    case 'page-narrowed':
      return { subject: `${event.type} ${event.kind}`, untilMs: nowMs + NARROWED_MS }
    default:
      return undefined
  }
}
