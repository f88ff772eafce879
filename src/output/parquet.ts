import type { SchemaElement } from 'hyparquet'
import { ByteWriter, ParquetWriter } from 'hyparquet-writer'
import { hubdexVersion } from '../util/version.ts'
import { toJson } from './json.ts'
import type { TableData } from './table-data.ts'

/** Rows that are encoded at a time. Readers skip groups of rows. */
const GROUP_ROWS = 10_000

/** Rows as a Parquet file. Columns of mixed or nested values are JSON; whole numbers are 64 bits wide. */
export function renderParquet(table: TableData): Uint8Array {
  return Buffer.concat([...parquetChunks(table)])
}

/** The file of `renderParquet` in parts, of which only one is in memory. */
export function* parquetChunks({ columns, rows }: TableData): Generator<Uint8Array> {
  const types = columns.map((_, index) => typeOf(rows, index))
  const bytes = new ByteWriter()
  const writer = new ParquetWriter({
    writer: bytes,
    schema: [{ name: 'schema', num_children: columns.length }, ...columns.map((name, index) => elementOf(name, types[index]))],
    createdBy: `hubdex ${hubdexVersion()}`,
  })
  const takeBytes = () => {
    const chunk = bytes.getBytes().slice()
    bytes.index = 0
    return chunk
  }
  for (let start = 0; start < rows.length && columns.length > 0; start += GROUP_ROWS) {
    const group = rows.slice(start, start + GROUP_ROWS)
    const columnData = columns.map((name, index) => {
      const { convert } = types[index] ?? TEXT
      return { name, data: group.map((row) => (isMissing(row[index]) ? undefined : convert(row[index]))) }
    })
    writer.write({ columnData, rowGroupSize: group.length })
    yield takeBytes()
  }
  writer.finish()
  yield takeBytes()
}

interface ValueType {
  element: Omit<SchemaElement, 'name'>
  fits(value: unknown): boolean
  convert(value: unknown): unknown
}

const [LEAST, MOST] = [-(2n ** 63n), 2n ** 63n - 1n]

const TEXT: ValueType = {
  element: { type: 'BYTE_ARRAY', converted_type: 'UTF8', logical_type: { type: 'STRING' } },
  fits: () => true,
  convert: (value) => (typeof value === 'string' ? value : toJson(value)),
}

/** The first type that fits all values of a column is taken. */
const TYPES: readonly ValueType[] = [
  { element: { type: 'BOOLEAN' }, fits: (value) => typeof value === 'boolean', convert: (value) => value },
  { element: { type: 'INT64' }, fits: isWhole, convert: (value) => BigInt(value as number | bigint) },
  {
    element: { type: 'DOUBLE' },
    fits: (value) => typeof value === 'number' || typeof value === 'bigint' || JSON.isRawJSON(value),
    convert: (value) => Number(JSON.isRawJSON(value) ? value.rawJSON : value),
  },
  TEXT,
]

function typeOf(rows: TableData['rows'], column: number): ValueType {
  if (rows.every((row) => isMissing(row[column]))) return TEXT
  return TYPES.find(({ fits }) => rows.every((row) => isMissing(row[column]) || fits(row[column]))) ?? TEXT
}

function elementOf(name: string, { element }: ValueType = TEXT): SchemaElement {
  return { name, repetition_type: 'OPTIONAL', ...element }
}

function isMissing(value: unknown): boolean {
  return value === null || value === undefined
}

function isWhole(value: unknown): boolean {
  return Number.isSafeInteger(value) || (typeof value === 'bigint' && value >= LEAST && value <= MOST)
}
