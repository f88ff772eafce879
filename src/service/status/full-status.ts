import type { ReplicaLag } from '../../catalog/postgres/replica.ts'
import { type CatalogStatus, readStatus } from '../../catalog/status.ts'
import type { Settings } from '../../config/settings.ts'
import { type EffectiveScheduleOptions, effectiveSchedule } from '../effective-schedule.ts'
import type { OpenCatalog } from '../open/catalog.ts'
import { weightsOf } from '../open/crawl-settings.ts'
import { type JobReport, scheduleReport } from './schedule.ts'
import { type SearchState, type SemanticState, searchStateOf, semanticStateOf } from './search-state.ts'
import { type Finding, verdictOf } from './verdict.ts'

/** What `hubdex status --json` prints and `GET /api/status` returns. */
export interface FullStatus extends CatalogStatus {
  verdict: Finding[]
  schedule: JobReport[]
  search: SearchState
  /** Null without semantic search. */
  semantic: SemanticState | null
  /** How far the replica that answers reads is behind; null without one. */
  replica: ReplicaLag | null
  /** The settings that the figures depend on. */
  settings: Pick<Settings, 'recentOverlapSecs' | 'maxRemovedPercent'>
}

interface FullStatusOptions extends Pick<EffectiveScheduleOptions, 'isScheduler'> {
  /** Reads every repo instead of a sample. @default false */
  isExact?: boolean
}

/** Reads the status of a catalog, its search index and its schedule. */
export async function readFullStatus(
  settings: Settings,
  catalog: OpenCatalog,
  { isScheduler, isExact = false }: FullStatusOptions,
): Promise<FullStatus> {
  const { endpoint, recentOverlapSecs, maxRemovedPercent } = settings
  const status = await readStatus(catalog.db, {
    endpoint,
    weights: weightsOf(settings),
    ...(isExact && { exactUpTo: Infinity }),
  })
  const jobs = await effectiveSchedule(settings, catalog.db, { now: status.readAt, isScheduler })
  return {
    verdict: verdictOf(status, jobs),
    ...status,
    schedule: scheduleReport(jobs, status.readAt),
    search: await searchStateOf(catalog),
    semantic: await semanticStateOf(catalog),
    replica: (await catalog.replica?.lag()) ?? null,
    settings: { recentOverlapSecs, maxRemovedPercent },
  }
}
