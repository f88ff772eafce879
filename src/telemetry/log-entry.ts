import { STAGES } from '../catalog/schema.ts'
import type { PassOutcome } from '../crawl/events.ts'
import { counted, formatDuration } from '../output/format.ts'
import type { Task, TaskEvent } from '../queue/tasks.ts'
import type { OperationEvents, ServerEvent, WorkersEvent } from './events.ts'
import { hubEventLine } from './lines/hub-event-line.ts'
import { operationLine } from './lines/operation-line.ts'
import { labelOf, stateText } from './lines/pass-line.ts'

/** Importance of a log line. */
export type LogLevel = 'debug' | 'info' | 'warn' | 'error'

/** A log line: the text is for people, the fields are for machines. */
export interface LogEntry {
  level: LogLevel
  text: string
  fields?: Readonly<Record<string, unknown>>
}

type Describe = {
  [Part in keyof OperationEvents]: (event: OperationEvents[Part]) => LogEntry | undefined
}

/** The log entry of an event; undefined for events that are only counted. */
export const describeEvent: Describe = {
  hub: (event) => {
    const text = hubEventLine(event, Date.now())
    return text === undefined ? undefined : { level: event.type === 'waiting' ? 'info' : 'warn', text }
  },
  schedule: (event) => {
    const { job } = event
    const isBad = event.type === 'schedule-failed' || (event.type === 'run-ended' && event.end.state === 'failed')
    const text = operationLine(event)
    if (text === undefined) return undefined
    const run = 'runId' in event ? { run: event.runId } : {}
    const end = event.type === 'run-ended' ? { state: event.end.state, durationMs: event.durationMs } : {}
    return { level: isBad ? 'error' : 'info', text, fields: { job, ...end, ...run } }
  },
  refresh: (event) => {
    const text = operationLine(event)
    if (text === undefined) return undefined
    if (event.type === 'queue-unavailable') return { level: 'error', text }
    if (event.type === 'refreshes-paused') return { level: 'debug', text }
    const repo = { repo: { kind: event.kind, id: event.id } }
    return { level: event.type === 'refreshed' ? 'info' : 'warn', text, fields: repo }
  },
  crawl: (event) => {
    switch (event.type) {
      case 'pass-started': {
        const { kind, scope, passId } = event
        const text = `${scope} pass over ${labelOf(kind)}: ${event.resumed ? 'resumed' : 'started'}`
        return { level: 'debug', text, fields: { pass: passId, kind, scope } }
      }
      case 'pass-ended':
        return describePassEnd(event.passId, event.outcome)
      case 'page':
      case 'stage-fetched':
        return undefined
    }
  },
  tasks: describeTask,
  server: describeServer,
  database: (event) =>
    event.type === 'database-unavailable'
      ? { level: 'error', text: `The catalog is unavailable; retrying: ${event.reason}` }
      : { level: 'info', text: 'The catalog is available again.' },
  workers: describeWorkers,
  embedding: (event) =>
    event.type === 'embedder-unavailable'
      ? { level: 'error', text: `Texts cannot be embedded; retrying: ${event.reason}` }
      : { level: 'info', text: 'Texts are embedded again.' },
}

/** At level `debug` if it went well, because the schedule logs the outcome too. */
function describePassEnd(passId: string | undefined, outcome: PassOutcome): LogEntry {
  const { kind, scope, state, pages, repos, gaps, note } = outcome
  const counts = `${counted(repos, 'repo')} on ${counted(pages, 'page')}`
  const text = `${scope} pass over ${labelOf(kind)}: ${stateText(outcome)}, ${counts}${note === null ? '' : `: ${note.text}`}`
  const fields = { pass: passId, kind, scope, state, code: note?.code, pages, repos, ...(gaps.length > 0 && { gaps }) }
  return { level: state === 'failed' || gaps.length > 0 ? 'warn' : 'debug', text, fields }
}

function describeTask(event: TaskEvent): LogEntry | undefined {
  switch (event.type) {
    case 'task-done': {
      const { name: task, key } = event.task
      const text = `${task} ${key}: done in ${formatDuration(event.durationMs / 1000)}`
      return { level: 'debug', text, fields: { ...fieldsOf(event.task), durationMs: Math.round(event.durationMs) } }
    }
    case 'task-retried': {
      const { name: task, key } = event.task
      const text = `${task} ${key} failed and will be retried: ${event.reason}`
      return { level: 'warn', text, fields: { ...fieldsOf(event.task), attempt: event.attempt } }
    }
    case 'task-failed': {
      const { name: task, key } = event.task
      const text = `${task} ${key} failed and was given up: ${event.reason}`
      return { level: 'error', text, fields: { ...fieldsOf(event.task), attempt: event.attempt } }
    }
    case 'task-unsupported': {
      const { name: task } = event.lane
      return { level: 'warn', text: `${task}: tasks are left to other processes: ${event.reason}`, fields: { task } }
    }
    case 'lane-paused': {
      const { name: task } = event.lane
      const until = new Date(event.untilMs).toISOString().slice(0, 19)
      return { level: 'debug', text: `${task}: paused until ${until}Z: ${event.reason}`, fields: { task } }
    }
    case 'task-stalled': {
      const { name: task } = event.lane
      return { level: 'warn', text: `${task}: a task of a dead process was queued again`, fields: { task } }
    }
    case 'queue-unavailable':
      return { level: 'error', text: `The queue is unavailable; retrying: ${event.reason}` }
    case 'queue-recovered':
      return { level: 'info', text: 'The queue is available again.' }
  }
}

/** Fields that identify a task, by its repo if it has one. */
function fieldsOf({ name: task, key }: Task): LogEntry['fields'] {
  return STAGES.some((stage) => stage === task) ? { task, repo: { hubId: key } } : { task, key }
}

function describeServer(event: ServerEvent): LogEntry | undefined {
  switch (event.type) {
    case 'webhook-taken':
      return { level: 'debug', text: `A webhook named ${counted(event.repos, 'repo')}.` }
    case 'webhook-ignored':
      return { level: 'debug', text: `A webhook was ignored: ${event.reason}` }
    case 'webhook-failed':
      return { level: 'error', text: `A webhook could not be stored: ${event.reason}` }
    case 'webhooks-refused':
      return {
        level: 'warn',
        text:
          `${counted(event.count, 'webhook delivery was', 'webhook deliveries were')} refused: ` +
          'X-Webhook-Secret is missing or wrong, or HUBDEX_WEBHOOK_SECRET is not set.',
      }
    case 'sign-ins-refused':
      return {
        level: 'warn',
        text: `${counted(event.count, 'sign-in of the operator was', 'sign-ins of the operator were')} refused: the token is wrong.`,
      }
    case 'request-failed':
      return { level: 'error', text: `${event.method} ${event.path} failed: ${event.reason}` }
    case 'figures-unavailable':
      return { level: 'warn', text: `Metrics of the ${event.of} cannot be read: ${event.reason}` }
    case 'figures-recovered':
      return { level: 'info', text: `Metrics of the ${event.of} can be read again.` }
  }
}

function describeWorkers(event: WorkersEvent): LogEntry {
  if (event.type === 'workers-available') return { level: 'info', text: 'Workers take all tasks again.' }
  const { areAllMissing, tasks, waiting } = event
  const wait = waiting === 0 ? '' : ` ${counted(waiting, 'task is queued', 'tasks are queued')} (${tasks.join(', ')}).`
  const text = areAllMissing
    ? `No worker takes tasks from this queue.${wait} Start \`hubdex worker\` with the same DATABASE_URL, REDIS_URL or HUBDEX_QUEUE, and HUBDEX_QUEUE_PREFIX as this process.`
    : `No worker takes some of the tasks:${wait} Start a \`hubdex worker\` with these --tasks (HUBDEX_TASKS), or without that option.`
  return { level: 'warn', text, fields: { waiting } }
}
