import { describe, expect, it } from 'vitest'
import type { CatalogStatus } from '../../../src/catalog/status.ts'
import type { Task } from '../../../src/queue/tasks.ts'
import type { OperationEvents } from '../../../src/telemetry/events.ts'
import { CATALOG_METRICS, type MetricDefinition, PROCESS_METRICS } from '../../../src/telemetry/metrics/definitions.ts'
import { createMetrics, type Metrics } from '../../../src/telemetry/metrics/metrics.ts'

/** One event of each type, for each part. */
type EventsOfEachType = {
  [Part in keyof OperationEvents]: {
    [Type in OperationEvents[Part]['type']]: Extract<OperationEvents[Part], { type: Type }>
  }
}

const url = 'https://hub.example/api/models'
const reason = 'why'
const lane = { name: 'details', budget: 'a' } as const
const task: Task = { name: 'details', key: 'a', data: {} }
const pass = { kind: 'model', scope: 'full', passId: '1' } as const
const step = { repos: 7, inserted: 1, updated: 2, unchanged: 3, rejected: 1, requests: 4 }
const counts = { ...step, pages: 90, inserted: 80, removed: 0, unconfirmed: 0 }
const readAt = new Date('2026-01-01T00:00:00Z')

const events: EventsOfEachType = {
  embedding: {
    'embedder-unavailable': { type: 'embedder-unavailable', reason },
    'embedder-recovered': { type: 'embedder-recovered' },
  },
  hub: {
    request: { type: 'request', url, bucket: 'api', status: 200, wireBytes: 10, durationMs: 5 },
    retry: { type: 'retry', url, reason, delayMs: 1, retriesLeft: 1 },
    throttled: { type: 'throttled', url, bucket: 'api', untilMs: 1 },
    waiting: { type: 'waiting', bucket: 'api', untilMs: 1 },
    moved: { type: 'moved', kind: 'model', from: 'a/b', to: 'a/c' },
    readdressed: { type: 'readdressed', from: url, to: url },
    'expand-refused': { type: 'expand-refused', kind: 'model', properties: [] },
    'page-narrowed': { type: 'page-narrowed', kind: 'model', reason },
  },
  schedule: {
    'run-started': { type: 'run-started', job: 'full', runId: '1', dueAt: readAt, takenOverFrom: undefined },
    'run-ended': { type: 'run-ended', job: 'full', runId: '1', end: { state: 'done', note: null }, durationMs: 5 },
    'run-leased': { type: 'run-leased', job: 'full', leasedBy: 'other' },
    'schedule-failed': { type: 'schedule-failed', job: 'full', reason },
  },
  refresh: {
    refreshed: { type: 'refreshed', kind: 'model', id: 'a/b', outcome: 'written' },
    'refresh-failed': { type: 'refresh-failed', kind: 'model', id: 'a/b', reason, isGivenUp: false },
    'refreshes-paused': { type: 'refreshes-paused', untilMs: 1, reason },
    'queue-unavailable': { type: 'queue-unavailable', reason },
  },
  tasks: {
    'task-done': { type: 'task-done', task, durationMs: 5 },
    'task-retried': { type: 'task-retried', task, attempt: 1, reason },
    'task-failed': { type: 'task-failed', task, attempt: 5, reason },
    'task-unsupported': { type: 'task-unsupported', lane, reason },
    'lane-paused': { type: 'lane-paused', lane, untilMs: 1, reason },
    'task-stalled': { type: 'task-stalled', lane },
    'queue-unavailable': { type: 'queue-unavailable', reason },
    'queue-recovered': { type: 'queue-recovered' },
  },
  crawl: {
    'pass-started': { type: 'pass-started', ...pass, resumed: true, counts, expectedRepos: 1 },
    page: { type: 'page', ...pass, step, counts, rejected: [] },
    'pass-ended': {
      type: 'pass-ended',
      passId: '1',
      outcome: { ...pass, ...counts, state: 'complete', note: null, gaps: [] },
    },
    'stage-fetched': { type: 'stage-fetched', stage: 'card', outcome: 'absent' },
  },
  server: {
    'webhook-taken': { type: 'webhook-taken', repos: 1 },
    'webhook-ignored': { type: 'webhook-ignored', reason },
    'webhook-failed': { type: 'webhook-failed', reason },
    'webhooks-refused': { type: 'webhooks-refused', count: 2 },
    'sign-ins-refused': { type: 'sign-ins-refused', count: 2 },
    'request-failed': { type: 'request-failed', method: 'GET', path: '/', reason },
    'figures-unavailable': { type: 'figures-unavailable', of: 'queue', reason },
    'figures-recovered': { type: 'figures-recovered', of: 'queue' },
  },
  database: {
    'database-unavailable': { type: 'database-unavailable', reason },
    'database-recovered': { type: 'database-recovered' },
  },
  workers: {
    'workers-missing': { type: 'workers-missing', areAllMissing: true, tasks: ['card'], waiting: 1 },
    'workers-available': { type: 'workers-available' },
  },
}

const status: CatalogStatus = {
  endpoint: 'https://hub.example',
  readAt,
  isEstimate: false,
  kinds: [
    {
      ...{ kind: 'model', known: 3, live: 2, tombstones: 1, changedLast7Days: 1, unconfirmed: 1 },
      ...{ lastFullAt: readAt, lastRecentAt: readAt, asOf: readAt, lagP50Secs: 1, lagP95Secs: 2 },
      ...{ lastFullNote: null, lastFullGaps: [] },
    },
  ],
  unfinished: [{ kind: 'model', scope: 'recent', state: 'running', pages: 1, error: null }],
  stages: [{ stage: 'card', repos: 5, done: 1, absent: 1, due: 2, waiting: 1, coverage: 0.4, backlogSecs: 1 }],
  stageOrder: '',
  dueCollections: 1,
  budgets: [],
  backlogSecs: 9,
  failures: [{ cause: 'gated', failures: 1 }],
  outboxEntries: 1,
  refreshQueue: 1,
}

describe('metrics', () => {
  it('of a process are all set by its events and values', async () => {
    const metrics = createMetrics({ role: 'up', version: '1' })
    const moved = new Set<string>()
    let indexed = 0
    const snapshot = () => ({ bucket: 'api', quota: 500, remaining: 400, resetAtMs: 1_000, windowSecs: 300 }) as const
    metrics.read({
      budgets: [{ budget: 'a', budgets: { api: { snapshot }, resolvers: { snapshot: () => undefined } } }],
      indexed: () => indexed,
      logLinesLost: () => 1,
    })
    indexed = 3
    for (const [part, ofEachType] of Object.entries(events)) {
      for (const event of Object.values(ofEachType)) {
        metrics.count(part as 'server', event as OperationEvents['server'], { budget: 'a' })
        for (const name of await nonZero(metrics)) moved.add(name)
      }
    }
    expect(namesOf(PROCESS_METRICS).filter((name) => !moved.has(name))).toEqual([])
  })

  it('count the step of a page, not the sums of its pass', async () => {
    const metrics = createMetrics({ role: 'up', version: '1' })
    for (let page = 0; page < 2; page++) metrics.count('crawl', events.crawl.page)
    const text = await metrics.text()
    expect(text).toContain('hubdex_pages_total{kind="model"} 2\n')
    expect(text).toContain('hubdex_pass_repos_total{kind="model",change="inserted"} 2\n')
  })

  it('of catalog, queue and replica are all set by their values', async () => {
    const metrics = createMetrics({ role: 'serve', version: '1' })
    metrics.readCatalog({
      status: async () => status,
      replica: async () => ({ bytes: 1, secs: 1 }),
      queue: async () => [{ lane, counts: { waiting: 1, running: 0, delayed: 0 } }],
    })
    const moved = await nonZero(metrics)
    expect(namesOf(CATALOG_METRICS).filter((name) => !moved.has(name))).toEqual([])
  })
})

function namesOf(definitions: Record<string, MetricDefinition>): string[] {
  return Object.values(definitions).map(({ name, type }) => (type === 'histogram' ? `${name}_count` : name))
}

/** Names of the metrics with a sample above zero. */
async function nonZero(metrics: Metrics): Promise<Set<string>> {
  const samples = (await metrics.text()).matchAll(/^(\w+)(?:\{.*\})? [1-9.0]*[1-9]/gm)
  return new Set([...samples].map(([, name = '']) => name))
}
