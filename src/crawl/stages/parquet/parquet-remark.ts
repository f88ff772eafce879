import { truncate } from '../../../catalog/repos/wire-fields.ts'
import type { ParquetSplitData } from '../../../catalog/stages/stage-data.ts'
import type { SchemaList } from './schema-list.ts'

export interface FoundSplit extends ParquetSplitData {
  /** Number of different schemas of its files. */
  schemaCount: number
}

/** Bounds on foreign text in a remark, so that the sentences after it have room. */
const MAX_NAME_LENGTH = 60
const MAX_ERROR_LENGTH = 150

/** Says what is missing or unusual in the Parquet data of a dataset. Null if nothing is. */
export function parquetRemark(splits: readonly FoundSplit[], schemas: Pick<SchemaList, 'all'>, isCut: boolean): string | null {
  const sentences = [badFiles(splits), unreadFiles(splits, isCut), mixedSplits(splits), columnsLeftOut(schemas)].flat()
  return sentences.length === 0 ? null : sentences.join(' ')
}

function badFiles(splits: readonly FoundSplit[]): string[] {
  const files = splits.flatMap((split) => split.files)
  const bad = files.filter(({ error }) => error !== null)
  const [first] = bad
  if (first === undefined) return []
  const why = truncate(first.error ?? '', MAX_ERROR_LENGTH)
  return [`${bad.length} of ${files.length} files could not be read, the first because ${why}.`]
}

function unreadFiles(splits: readonly FoundSplit[], isCut: boolean): string[] {
  const files = splits.flatMap((split) => split.files)
  const unread = files.filter(({ rows, error }) => rows === null && error === null).length
  return [
    ...(unread === 0 ? [] : [`The footers of ${unread} of ${files.length} files were not read.`]),
    ...(isCut ? [`Only ${files.length} files of the listing were stored.`] : []),
  ]
}

function mixedSplits(splits: readonly FoundSplit[]): string[] {
  const mixed = splits.filter(({ schemaCount }) => schemaCount > 1)
  const [first] = mixed
  if (first === undefined) return []
  const name = `${truncate(first.config, MAX_NAME_LENGTH)}/${truncate(first.split, MAX_NAME_LENGTH)}`
  const others = mixed.length === 1 ? '' : `, as in ${mixed.length - 1} more splits`
  return [
    `The files of the split ${name} have ${first.schemaCount} different schemas, and all their columns are stored${others}.`,
  ]
}

function columnsLeftOut({ all }: Pick<SchemaList, 'all'>): string[] {
  const columns = all.reduce((sum, { columnCount }) => sum + columnCount, 0)
  const stored = all.reduce((sum, schema) => sum + schema.columns.length, 0)
  return stored === columns ? [] : [`Only ${stored} of ${columns} columns were stored.`]
}
