import type { RepoKind } from '../../hub/kinds.ts'
import type { Stage } from '../schema.ts'

/** One stage to fetch for one repo, claimed by this process. */
export interface StageTask {
  stage: Stage
  hubId: string
  kind: RepoKind
  /** Last known name; it may have changed since. */
  id: string
  /** Last known commit, for which the stage will count as done. */
  sha: string | null
  /** Last known value: `auto`, `manual` or `false`. */
  gated: string | null
  /** How many processes in a row have died during this task. */
  deaths: number
}

export interface RepoFileEntry {
  path: string
  size: number | null
  /** Hexadecimal; null for files that are not in large file storage. */
  sha256: string | null
  /** Git's object id, hexadecimal; null if the Hub gave none. */
  blobId: string | null
  /** Bytes of the pointer in git, for files in large file storage. */
  pointerSize: number | null
}

export interface DetailsData {
  stage: 'details'
  usedStorage: number | null
  /** Of Spaces only, whose listings lack it. Null if the Hub did not say. */
  gated: 'false' | 'auto' | 'manual' | null
  /** The detail answer without its files. Fields that the listing has, too, are not stored. */
  details: Record<string, unknown>
  fileCount: number
  /** Null if the Hub gave no sizes. */
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
  /** Null if the footer was not read. */
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
  /** Such as `list.struct`, outermost first. */
  nesting: string | null
  isNullable: boolean
}

export interface ParquetSchema {
  /** Including columns that are left out of `columns`. */
  columnCount: number
  columns: readonly ParquetColumn[]
}

export interface ParquetSplitData {
  config: string
  split: string
  files: readonly ParquetFile[]
  rows: number | null
  bytes: number | null
  /** Whether the sums are extrapolated from some of the files. */
  isEstimated: boolean
  /** Index into the schemas of the dataset. */
  schema: number | null
  /** Compressed bytes by column of the schema. */
  columnBytes: readonly number[]
}

export interface ParquetData {
  stage: 'parquet'
  splits: readonly ParquetSplitData[]
  schemas: readonly ParquetSchema[]
}

export type StageData = DetailsData | CardData | ParquetData

/** The result of a task: data with an optional remark, or the reason why there is nothing to fetch. */
export type StageResult = { outcome: 'done'; reason: string | null; data: StageData } | { outcome: 'absent'; reason: string }
