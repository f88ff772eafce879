import type { RefreshEvent } from '../../crawl/refresh/refresh-worker.ts'
import type { ScheduleEvent } from '../../crawl/schedule/job.ts'
import { formatDuration } from '../../output/format.ts'

/** The line for an event of the schedule or of a refresh; undefined for routine. */
export function operationLine(event: ScheduleEvent | RefreshEvent): string | undefined {
  switch (event.type) {
    case 'run-started':
      // Starts every minute, mostly with nothing to do. Its end reports what it did.
      if (event.job === 'stages') return undefined
      return event.takenOverFrom === undefined
        ? `${event.job}: started`
        : `${event.job}: started, taken over from ${event.takenOverFrom}, which died or hung`
    case 'run-ended': {
      const { state, note } = event.end
      if (state === 'done' && note === null) return undefined
      const took = formatDuration(event.durationMs / 1000)
      return `${event.job}: ${state} after ${took}${note === null ? '' : `: ${note}`}`
    }
    case 'run-leased':
      return `${event.job}: ${event.leasedBy} runs it`
    case 'schedule-failed':
      return `${event.job}: the schedule failed and resumes in a minute: ${event.reason}`
    case 'refreshed':
      return `refresh of ${event.kind} ${event.id}: ${event.outcome}`
    case 'refresh-failed':
      return `refresh of ${event.kind} ${event.id} failed${event.isGivenUp ? ' for the last time and is recorded as a failure; passes will update the repo' : ''}: ${event.reason}`
    case 'refreshes-paused':
      return `refresh: paused until ${new Date(event.untilMs).toISOString().slice(0, 19)}Z: ${event.reason}`
    case 'queue-unavailable':
      return `The queue of repos to refresh cannot be read; retrying: ${event.reason}`
  }
}
