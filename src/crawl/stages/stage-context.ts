import type { HubClient } from '../../hub/client.ts'

/** What a stage works with. */
export interface StageContext {
  hub: HubClient
  includePrivate: boolean
  signal: AbortSignal
}

/** Bounds on what one repo may cost, whatever its owner put there. */
export const STAGE_LIMITS = {
  /** Of a README. */
  cardBytes: 1024 * 1024,
  /** Names kept of a repo; all are counted. */
  files: 50_000,
  /** Of one Parquet file. */
  footerBytes: 16 * 1024 * 1024,
  /** Read of each split; the rest is extrapolated. */
  footersOfSplit: 20,
  /** Read of a dataset. */
  footersOfDataset: 200,
  /** Kept of a dataset. */
  splits: 2_000,
  /** Addresses kept of a dataset. */
  parquetFiles: 20_000,
} as const
