import { type Counter, collectDefaultMetrics, Registry } from 'prom-client'
import { describeError } from '../../catalog/postgres/errors.ts'
import type { ReplicaLag } from '../../catalog/postgres/replica.ts'
import type { CatalogStatus } from '../../catalog/status.ts'
import type { Bucket, BudgetSnapshot } from '../../hub/budget/budget.ts'
import { StaleWhileRevalidate, type StaleWhileRevalidateOptions } from '../../util/stale-while-revalidate.ts'
import type { Emit } from '../events.ts'
import { type LaneCounts, showQueue, showReplica, showStatus } from './catalog-metrics.ts'
import { CATALOG_METRICS, PROCESS_METRICS } from './definitions.ts'
import { createInstruments, type Instruments } from './instruments.ts'
import { countEvents } from './process-metrics.ts'

/** Values that are always available, and read on each scrape. */
interface ProcessGauges {
  /** The fingerprint of a token, and the budgets of the client that uses it. */
  budgets?: readonly { budget: string; budgets: Readonly<Record<Bucket, { snapshot(): BudgetSnapshot | undefined }>> }[]
  /** Outbox entries applied to the search index so far. */
  indexed?(): number
  logLinesLost?(): number
}

/** Values shared by all processes, which are expensive to read. */
interface CatalogFigures {
  status(): Promise<CatalogStatus>
  /** Absent without a replica. */
  replica?(): Promise<ReplicaLag>
  /** Absent if the queue is in the process. */
  queue?(): Promise<LaneCounts>
}

export interface Metrics {
  /** Counts an event. */
  readonly count: Emit
  readonly contentType: string
  /** Adds values to read. Each total must be added only once. */
  read(gauges: ProcessGauges): void
  /** Adds the values of the catalog. A server calls this once. */
  readCatalog(figures: CatalogFigures): void
  /** The text for Prometheus. Takes at most two seconds, even if database or queue are unreachable. */
  text(): Promise<string>
}

/** Reading the status takes seconds in a large catalog. */
const STATUS_TTL_MS = 30_000
const QUEUE_TTL_MS = 5_000
/** Prometheus times out after ten seconds by default. */
const WAIT_MS = 1_500

/** Creates the metrics of a process, in a registry of its own. */
export function createMetrics({ role, version, emit }: { role: string; version: string; emit?: Emit }): Metrics {
  const registry = new Registry()
  collectDefaultMetrics({ register: registry })
  const instruments = createInstruments(PROCESS_METRICS, registry)
  instruments.info.set({ role, version }, 1)
  const reading: ProcessGauges[] = []
  let readFigures = async (): Promise<void> => undefined
  return {
    count: countEvents(instruments),
    contentType: registry.contentType,
    read: (gauges) => void reading.push(gauges),
    readCatalog: (figures) => {
      readFigures = figuresReader(registry, figures, emit ?? (() => undefined))
    },
    text: async () => {
      showBudgets(instruments, reading)
      for (const { indexed, logLinesLost } of reading) {
        showTotal(instruments.indexed, indexed?.())
        showTotal(instruments.logLinesLost, logLinesLost?.())
      }
      await readFigures()
      return await registry.metrics()
    },
  }
}

function figuresReader(registry: Registry, { status, queue, replica }: CatalogFigures, emit: Emit): () => Promise<void> {
  const gauges = createInstruments(CATALOG_METRICS, registry)
  // A gauge without labels starts at 0, which would be wrong before the first read.
  for (const name of ['readAt', 'outbox', 'refreshQueue', 'backlog', 'queueUp', 'replicaBytes', 'replicaSeconds'] as const)
    gauges[name].remove()
  const lastStatus = new StaleWhileRevalidate(status, cacheOptions('catalog', STATUS_TTL_MS, emit))
  const lastQueue = queue === undefined ? undefined : new StaleWhileRevalidate(queue, cacheOptions('queue', QUEUE_TTL_MS, emit))
  const lastLag =
    replica === undefined ? undefined : new StaleWhileRevalidate(replica, cacheOptions('replica', QUEUE_TTL_MS, emit))
  return async () => {
    const [catalog, lanes, lag] = await Promise.all([lastStatus.get(), lastQueue?.get(), lastLag?.get()])
    gauges.up.set(catalog.isUp ? 1 : 0)
    if (catalog.answer !== undefined) showStatus(gauges, catalog.answer)
    if (lag?.answer !== undefined) showReplica(gauges, lag.answer)
    if (lanes !== undefined) gauges.queueUp.set(lanes.isUp ? 1 : 0)
    if (lanes?.answer !== undefined) showQueue(gauges, lanes.answer)
  }
}

function cacheOptions(of: 'catalog' | 'queue' | 'replica', ttlMs: number, emit: Emit): StaleWhileRevalidateOptions {
  return {
    ttlMs,
    waitMs: WAIT_MS,
    onFailure: (error) => emit('server', { type: 'figures-unavailable', of, reason: describeError(error) }),
    onRecovery: () => emit('server', { type: 'figures-recovered', of }),
  }
}

function showBudgets(
  { hubRemaining, hubQuota, hubReset }: Instruments<typeof PROCESS_METRICS>,
  reading: readonly ProcessGauges[],
): void {
  for (const { budget, budgets } of reading.flatMap(({ budgets: known = [] }) => known)) {
    for (const bucket of ['api', 'resolvers'] as const) {
      const snapshot = budgets[bucket].snapshot()
      if (snapshot === undefined) continue
      hubRemaining.set({ bucket, budget }, snapshot.remaining)
      hubQuota.set({ bucket, budget }, snapshot.quota)
      hubReset.set({ bucket, budget }, snapshot.resetAtMs / 1000)
    }
  }
}

/** Exports a total that is counted elsewhere. */
function showTotal(counter: Counter, total: number | undefined): void {
  if (total === undefined) return
  counter.reset()
  counter.inc(total)
}
