import type { RepoKind } from '../../hub/kinds.ts'
import type { Stage } from '../schema.ts'

/** One repo to do one stage for, claimed by this process. */
export interface StageTask {
  stage: Stage
  hubId: string
  kind: RepoKind
  /** Name as last seen; it may have changed since. */
  id: string
  /** Commit as last seen, for which the stage will count as done. */
  sha: string | null
  /** `auto`, `manual` or `false` as last seen. */
  gated: string | null
  /** How many processes in a row have died with this task under way. */
  deaths: number
}

export interface RepoFileEntry {
  path: string
  size: number | null
  /** Hexadecimal, of files in large file storage. */
  sha256: string | null
}

export interface DetailsData {
  stage: 'details'
  usedStorage: number | null
  /** The detail answer without what it says of files. What the listing has too is left out when it is stored. */
  details: Record<string, unknown>
  fileCount: number
  /** Null where the Hub told no sizes. */
  fileBytes: number | null
  /** The first of them. */
  files: readonly RepoFileEntry[]
}

export interface CardData {
  stage: 'card'
  text: string
  bytes: number
  truncated: boolean
}

export interface ParquetFile {
  url: string
  /** Null where the footer was not read. */
  rows: number | null
  rowGroups: number | null
  bytes: number | null
  /** Why the footer could not be read. */
  error: string | null
}

export interface ParquetColumn {
  path: string
  physicalType: string
  logicalType: string | null
  /** Such as `list.struct`, the outermost first. */
  nesting: string | null
  isNullable: boolean
}

export interface ParquetSchema {
  /** Columns, those left out of `columns` included. */
  columnCount: number
  columns: readonly ParquetColumn[]
}

export interface ParquetSplitData {
  config: string
  split: string
  files: readonly ParquetFile[]
  rows: number | null
  bytes: number | null
  /** The sums are extrapolated from a part of the files. */
  isEstimated: boolean
  /** Place in the schemas of the dataset. */
  schema: number | null
  /** Compressed, by column of the schema. */
  columnBytes: readonly number[]
}

export interface ParquetData {
  stage: 'parquet'
  splits: readonly ParquetSplitData[]
  schemas: readonly ParquetSchema[]
}

export type StageData = DetailsData | CardData | ParquetData

/** What became of a task: something to keep, perhaps with a remark, or nothing to fetch and why. */
export type StageResult =
  | { outcome: 'done'; reason: string | null; data: StageData }
  | { outcome: 'absent'; reason: string }
