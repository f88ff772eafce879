import type { HubEvent } from '../../hub/events.ts'
import type { TaskEvent } from '../../queue/tasks.ts'
import type { Emit, EventOrigin, OperationEvents, ServerEvent } from '../events.ts'
import type { PROCESS_METRICS } from './definitions.ts'
import type { Instruments } from './instruments.ts'

type ProcessInstruments = Instruments<typeof PROCESS_METRICS>

type Counting = {
  [Part in keyof OperationEvents]: (event: OperationEvents[Part], origin: EventOrigin) => void
}

const CHANGES = ['inserted', 'updated', 'unchanged', 'rejected'] as const

/** Counts the events of a process. */
export function countEvents(instruments: ProcessInstruments): Emit {
  const counting: Counting = {
    hub: (event, { budget = '' }) => countHub(instruments, event, budget),
    tasks: (event) => countTask(instruments, event),
    schedule: (event) => {
      const { job } = event
      if (event.type === 'schedule-failed') instruments.scheduleErrors.inc({ job })
      if (event.type !== 'run-ended') return
      instruments.runs.inc({ job, state: event.end.state })
      instruments.runSeconds.observe({ job }, event.durationMs / 1000)
    },
    refresh: (event) => {
      if (event.type === 'refreshes-paused') instruments.lanePauses.inc({ task: 'refresh', budget: '' })
      if (event.type === 'refreshed') instruments.refreshes.inc({ outcome: event.outcome })
      if (event.type === 'refresh-failed') {
        instruments.refreshes.inc({ outcome: event.isGivenUp ? 'given-up' : 'retried' })
      }
    },
    crawl: (event) => countCrawl(instruments, event),
    server: (event) => countServer(instruments, event),
    database: (event) => instruments.databaseUnavailable.set(event.type === 'database-unavailable' ? 1 : 0),
    workers: (event) => instruments.workersMissing.set(event.type === 'workers-missing' ? 1 : 0),
    embedding: (event) => instruments.embedderUnavailable.set(event.type === 'embedder-unavailable' ? 1 : 0),
  }
  return (part, event, origin = {}) => counting[part](event, origin)
}

function countHub(instruments: ProcessInstruments, event: HubEvent, budget: string): void {
  switch (event.type) {
    case 'request': {
      const { bucket, status, wireBytes, durationMs } = event
      instruments.hubRequests.inc({ bucket, budget, outcome: outcomeOf(status) })
      instruments.hubSeconds.observe({ bucket }, durationMs / 1000)
      instruments.hubBytes.inc({ bucket }, wireBytes)
      return
    }
    case 'retry':
      instruments.hubRetries.inc({ budget })
      return
    case 'waiting':
      instruments.hubWaits.inc({ bucket: event.bucket, budget })
      return
  }
}

function outcomeOf(status: number | undefined): 'answered' | 'throttled' | 'failed' {
  if (status === 429) return 'throttled'
  return status === undefined || status >= 500 ? 'failed' : 'answered'
}

function countTask({ tasks, taskSeconds, lanePauses, queueUnavailable }: ProcessInstruments, event: TaskEvent): void {
  switch (event.type) {
    case 'task-done':
      tasks.inc({ task: event.task.name, outcome: 'done' })
      taskSeconds.observe({ task: event.task.name }, event.durationMs / 1000)
      return
    case 'task-retried':
      tasks.inc({ task: event.task.name, outcome: 'retried' })
      return
    case 'task-failed':
      tasks.inc({ task: event.task.name, outcome: 'failed' })
      return
    case 'task-stalled':
      tasks.inc({ task: event.lane.name, outcome: 'stalled' })
      return
    case 'lane-paused':
      lanePauses.inc({ task: event.lane.name, budget: event.lane.budget ?? '' })
      return
    case 'queue-unavailable':
      queueUnavailable.set(1)
      return
    case 'queue-recovered':
      queueUnavailable.set(0)
      return
  }
}

function countCrawl({ pages, passRepos, passes, stageRepos }: ProcessInstruments, event: OperationEvents['crawl']): void {
  switch (event.type) {
    case 'page': {
      const { kind, step } = event
      pages.inc({ kind })
      for (const change of CHANGES) passRepos.inc({ kind, change }, step[change])
      return
    }
    case 'pass-ended': {
      const { kind, scope, state } = event.outcome
      passes.inc({ kind, scope, state })
      return
    }
    case 'stage-fetched': {
      const { stage, outcome } = event
      stageRepos.inc({ stage, outcome })
    }
  }
}

function countServer(instruments: ProcessInstruments, event: ServerEvent): void {
  const { webhooks, signInsRefused, requestsFailed } = instruments
  switch (event.type) {
    case 'webhook-taken':
      webhooks.inc({ answer: 'taken' })
      return
    case 'webhook-ignored':
      webhooks.inc({ answer: 'ignored' })
      return
    case 'webhook-failed':
      webhooks.inc({ answer: 'failed' })
      return
    case 'webhooks-refused':
      webhooks.inc({ answer: 'refused' }, event.count)
      return
    case 'sign-ins-refused':
      signInsRefused.inc(event.count)
      return
    case 'request-failed':
      requestsFailed.inc()
      return
  }
}
