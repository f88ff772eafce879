import type { ReplicaLag } from '../../catalog/postgres/replica.ts'
import type { CatalogStatus } from '../../catalog/status.ts'
import type { Lane, TaskCounts } from '../../queue/tasks.ts'
import type { CATALOG_METRICS } from './definitions.ts'
import type { Instruments } from './instruments.ts'

type CatalogInstruments = Instruments<typeof CATALOG_METRICS>

/** The number of tasks in each lane. */
export type LaneCounts = readonly { lane: Lane; counts: TaskCounts }[]

const STAGE_STATES = ['done', 'absent', 'due', 'waiting'] as const
const TASK_STATES = ['waiting', 'running', 'delayed'] as const

/** Sets the gauges of the catalog, and removes samples that no longer apply. */
export function showStatus(instruments: CatalogInstruments, status: CatalogStatus): void {
  const { readAt, outbox, refreshQueue, backlog } = instruments
  readAt.set(seconds(status.readAt))
  outbox.set(status.outboxEntries)
  refreshQueue.set(status.refreshQueue)
  instruments.dueCollections.set(status.dueCollections)
  backlog.remove()
  if (status.backlogSecs !== null) backlog.set(status.backlogSecs)
  showKinds(instruments, status)
  showStages(instruments, status)
  instruments.failures.reset()
  for (const { cause, failures } of status.failures) instruments.failures.set({ cause }, failures)
  instruments.unfinished.reset()
  for (const { kind, scope, state } of status.unfinished) instruments.unfinished.inc({ kind, scope, state })
}

function showKinds({ repos, unconfirmed, lag, passEnded, asOf }: CatalogInstruments, { kinds }: CatalogStatus): void {
  for (const gauge of [repos, unconfirmed, lag, passEnded, asOf]) gauge.reset()
  for (const { kind, live, tombstones, ...at } of kinds) {
    repos.set({ kind, state: 'live' }, live)
    repos.set({ kind, state: 'tombstone' }, tombstones)
    unconfirmed.set({ kind }, at.unconfirmed)
    if (at.lagP50Secs !== null) lag.set({ kind, quantile: '0.5' }, at.lagP50Secs)
    if (at.lagP95Secs !== null) lag.set({ kind, quantile: '0.95' }, at.lagP95Secs)
    if (at.lastFullAt !== null) passEnded.set({ kind, scope: 'full' }, seconds(at.lastFullAt))
    if (at.lastRecentAt !== null) passEnded.set({ kind, scope: 'recent' }, seconds(at.lastRecentAt))
    if (at.asOf !== null) asOf.set({ kind }, seconds(at.asOf))
  }
}

function showStages({ stage: repos, coverage }: CatalogInstruments, { stages }: CatalogStatus): void {
  for (const { stage, coverage: share, ...counts } of stages) {
    for (const state of STAGE_STATES) repos.set({ stage, state }, counts[state])
    coverage.set({ stage }, share)
  }
}

/** Sets the gauges of the queue. */
export function showQueue({ queueTasks }: CatalogInstruments, lanes: LaneCounts): void {
  queueTasks.reset()
  for (const { lane, counts } of lanes) {
    for (const state of TASK_STATES) queueTasks.set({ task: lane.name, budget: lane.budget ?? '', state }, counts[state])
  }
}

export function showReplica({ replicaBytes, replicaSeconds }: CatalogInstruments, { bytes, secs }: ReplicaLag): void {
  replicaBytes.set(bytes)
  replicaSeconds.set(secs)
}

function seconds(at: Date): number {
  return at.getTime() / 1000
}
