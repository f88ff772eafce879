import type { HubClient } from '../../hub/client.ts'
import type { Turns } from '../turns.ts'
import type { StageFetched } from './stage-events.ts'

/** What a stage works with. */
export interface StageContext {
  hub: HubClient
  includePrivate: boolean
  signal: AbortSignal
  /** Shared by all that this process works on. */
  turns: Turns
  emit(event: StageFetched): void
}

/** Bounds on what one repo may cost, whatever its owner put there. */
export const STAGE_LIMITS = {
  /** Of a README. */
  cardBytes: 1024 * 1024,
  /** Names kept of a repo, */
  files: 50_000,
  /** and their characters; all are counted. */
  fileCharacters: 4_000_000,
  /** Of one Parquet file. */
  footerBytes: 16 * 1024 * 1024,
  /** Read of each split; the rest is extrapolated. */
  footersOfSplit: 20,
  /** Read of a dataset, */
  footersOfDataset: 200,
  /** as long as no more bytes came than this, */
  footerBytesOfDataset: 64 * 1024 * 1024,
  /** and for so long. */
  footersMs: 30 * 60_000,
  /** Kept over all schemas of a dataset, */
  columnsOfDataset: 20_000,
  /** and their characters. */
  columnCharactersOfDataset: 2_000_000,
  /** Kept of a dataset. */
  splits: 2_000,
  /** Addresses kept of a dataset, */
  parquetFiles: 20_000,
  /** and their characters, with those of the names of configs and splits. */
  parquetFileCharacters: 4_000_000,
} as const

export type StageLimits = Record<keyof typeof STAGE_LIMITS, number>
