import type { HubClient } from '../../hub/client.ts'
import type { Turns } from '../turns.ts'
import type { StageFetched } from './stage-events.ts'

export interface StageContext {
  hub: HubClient
  includePrivate: boolean
  signal: AbortSignal
  /** Shared by all work of this process. */
  turns: Turns
  emit(event: StageFetched): void
}

/** Bounds what one repo may cost, whatever it contains. */
export const STAGE_LIMITS = {
  /** Bytes downloaded of a README. */
  cardBytes: 1024 * 1024,
  /** File names stored per repo, and their characters. All files are counted. */
  files: 50_000,
  fileCharacters: 4_000_000,
  /** Bytes of the footer of one Parquet file. */
  footerBytes: 16 * 1024 * 1024,
  /** Footers read per split. The rest is extrapolated. */
  footersOfSplit: 20,
  /** Footers read per dataset, their bytes, and the time for them. */
  footersOfDataset: 200,
  footerBytesOfDataset: 64 * 1024 * 1024,
  footersMs: 30 * 60_000,
  /** Columns stored over all schemas of a dataset, and their characters. */
  columnsOfDataset: 20_000,
  columnCharactersOfDataset: 2_000_000,
  splits: 2_000,
  /** Addresses stored per dataset, and their characters with those of the names of configs and splits. */
  parquetFiles: 20_000,
  parquetFileCharacters: 4_000_000,
} as const

export type StageLimits = Record<keyof typeof STAGE_LIMITS, number>
