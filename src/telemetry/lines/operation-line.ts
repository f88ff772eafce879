import type { RefreshEvent } from '../../crawl/refresh/refresh-worker.ts'
import type { ScheduleEvent } from '../../crawl/schedule/job.ts'
import { formatDuration } from '../../output/format.ts'

/** What an operator should read of a schedule and of refreshed repos; undefined for routine. */
export function operationLine(event: ScheduleEvent | RefreshEvent): string | undefined {
  switch (event.type) {
    case 'run-started':
      // Once a minute, and mostly with nothing to do; what it did is told at its end.
      if (event.job === 'stages') return undefined
      return event.takenOverFrom === undefined
        ? `${event.job}: started`
        : `${event.job}: started, in place of ${event.takenOverFrom}, which died or fell silent`
    case 'run-ended': {
      const { state, note } = event.end
      if (state === 'done' && note === null) return undefined
      const took = formatDuration(event.durationMs / 1000)
      return `${event.job}: ${state} after ${took}${note === null ? '' : `: ${note}`}`
    }
    case 'run-leased':
      return `${event.job}: left to ${event.leasedBy}, which runs it`
    case 'schedule-failed':
      return `${event.job}: the schedule met a fault and goes on in a minute: ${event.reason}`
    case 'refreshed':
      return `refresh of ${event.kind} ${event.id}: ${event.outcome}`
    case 'refresh-failed':
      return `refresh of ${event.kind} ${event.id} failed${event.isGivenUp ? ' for the last time; it is kept as a failure, and passes see to it' : ''}: ${event.reason}`
    case 'refreshes-paused':
      return `refresh: paused until ${new Date(event.untilMs).toISOString().slice(0, 19)}Z: ${event.reason}`
    case 'queue-unavailable':
      return `The queue of repos to refresh cannot be used; trying again: ${event.reason}`
  }
}
