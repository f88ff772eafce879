import { ByteWriter, type ColumnSource, parquetWrite } from 'hyparquet-writer'
import { toJson } from './json.ts'
import type { TableData } from './table-data.ts'

/** Rows as a Parquet file. Columns of mixed or nested values are JSON; whole numbers are 64 bits wide. */
export function renderParquet({ columns, rows }: TableData): Uint8Array {
  const writer = new ByteWriter()
  parquetWrite({
    writer,
    columnData: columns.map((name, index) =>
      columnOf(
        name,
        rows.map((row) => row[index] ?? undefined),
      ),
    ),
  })
  return writer.getBytes()
}

function columnOf(name: string, values: readonly unknown[]): ColumnSource {
  const present = values.filter((value) => value !== undefined)
  const column = (type: NonNullable<ColumnSource['type']>, convert: (value: unknown) => unknown): ColumnSource => ({
    name,
    type,
    nullable: true,
    data: values.map((value) => (value === undefined ? undefined : convert(value))),
  })
  if (present.every((value) => typeof value === 'boolean')) return column('BOOLEAN', (value) => value)
  if (present.every(isWhole)) return column('INT64', (value) => BigInt(value as number | bigint))
  if (present.every(isNumber)) return column('DOUBLE', (value) => Number(JSON.isRawJSON(value) ? value.rawJSON : value))
  if (present.every((value) => typeof value === 'string')) return column('STRING', (value) => value)
  return column('STRING', (value) => (typeof value === 'string' ? value : toJson(value)))
}

const [LEAST, MOST] = [-(2n ** 63n), 2n ** 63n - 1n]

function isWhole(value: unknown): boolean {
  return Number.isSafeInteger(value) || (typeof value === 'bigint' && value >= LEAST && value <= MOST)
}

function isNumber(value: unknown): boolean {
  return typeof value === 'number' || typeof value === 'bigint' || JSON.isRawJSON(value)
}
