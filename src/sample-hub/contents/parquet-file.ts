import type { SchemaElement } from 'hyparquet'
import { parquetWriteBuffer } from 'hyparquet-writer'
import type { Draw } from '../generator/draw.ts'
import { drawOf, proseOf } from './draw-text.ts'

/** A column: its part of the schema, depth first, and its value per row. */
interface Column {
  readonly name: string
  readonly elements: readonly SchemaElement[]
  /** Its type, as the dataset viewer describes it. */
  readonly feature: unknown
  value(draw: Draw, row: number): unknown
}

/** The type of a single value, in the words of the dataset viewer. */
function typed(dtype: string): object {
  return { dtype, _type: 'Value' }
}

const optional = { repetition_type: 'OPTIONAL' } as const
const text = (name: string): SchemaElement => ({ name, type: 'BYTE_ARRAY', converted_type: 'UTF8', ...optional })
const number = (name: string): SchemaElement => ({ name, type: 'DOUBLE', ...optional })
const group = (name: string, ...members: SchemaElement[][]): SchemaElement[] => [
  { name, num_children: members.length, ...optional },
  ...members.flat(),
]
/** A list in the Parquet format has three levels, so that an empty list and null differ. */
const list = (name: string, element: readonly SchemaElement[]): SchemaElement[] => [
  { name, num_children: 1, converted_type: 'LIST', ...optional },
  { name: 'list', num_children: 1, repetition_type: 'REPEATED' },
  ...element,
]

const ID: Column = {
  name: 'id',
  elements: [{ name: 'id', type: 'INT64', repetition_type: 'REQUIRED' }],
  feature: typed('int64'),
  value: (_draw, row) => BigInt(row),
}
const TEXT: Column = {
  name: 'text',
  elements: [text('text')],
  feature: typed('string'),
  value: (draw, row) => (draw(row, 10) < 0.1 ? null : proseOf(draw, 20 + row * 2, 8)),
}

const FURTHER: readonly Column[] = [
  {
    name: 'label',
    elements: [{ name: 'label', type: 'INT32', ...optional }],
    feature: typed('int32'),
    value: (draw, row) => Math.floor(5 * draw(row, 11)),
  },
  {
    name: 'tokens',
    elements: list('tokens', [text('element')]),
    feature: { feature: typed('string'), _type: 'List' },
    value: (draw, row) =>
      proseOf(draw, 21 + row * 2, 4 * draw(row, 12))
        .split(' ')
        .filter((word) => word !== ''),
  },
  {
    name: 'meta',
    elements: group('meta', [text('source')], [number('score')], group('span', [number('start')], [number('end')])),
    feature: {
      source: typed('string'),
      score: typed('float64'),
      span: { start: typed('float64'), end: typed('float64') },
    },
    value: (draw, row) =>
      draw(row, 13) < 0.2
        ? null
        : { source: `page-${row}`, score: draw(row, 14), span: { start: row, end: row + 10 * draw(row, 15) } },
  },
  {
    name: 'messages',
    elements: list('messages', group('element', [text('role')], [text('content')])),
    feature: { feature: { role: typed('string'), content: typed('string') }, _type: 'List' },
    value: (draw, row) =>
      ['user', 'assistant']
        .slice(0, Math.floor(3 * draw(row, 16)))
        .map((role) => ({ role, content: proseOf(draw, 22 + row * 2, 6) })),
  },
  {
    name: 'embedding',
    elements: list('embedding', [{ name: 'element', type: 'FLOAT', ...optional }]),
    feature: { feature: typed('float32'), _type: 'List' },
    value: (draw, row) => Array.from({ length: 4 }, (_, place) => Math.fround(draw(row, 30 + place))),
  },
  {
    name: 'created',
    elements: [{ name: 'created', type: 'INT64', converted_type: 'TIMESTAMP_MILLIS', ...optional }],
    feature: typed('timestamp[ms]'),
    value: (draw, row) => new Date(1_600_000_000_000 + Math.floor(1e11 * draw(row, 17))),
  },
]

const MAX_ROWS = 40
const ROWS_PER_GROUP = 16

/** The columns of a file with all their values. `schemaSeed` determines the columns, `rowSeed` the rows. */
export function parquetTable(
  schemaSeed: string,
  rowSeed: string,
): (Pick<Column, 'name' | 'elements' | 'feature'> & { readonly values: unknown[] })[] {
  const choice = drawOf(schemaSeed)
  const columns = [ID, TEXT, ...FURTHER.filter((_, place) => choice(place, 0) < 0.5)]
  const draw = drawOf(rowSeed)
  const rows = 1 + Math.floor(MAX_ROWS * draw(0, 0))
  return columns.map((column) => ({ ...column, values: Array.from({ length: rows }, (_, row) => column.value(draw, row)) }))
}

/** A small valid Parquet file, with some nested columns. */
export function parquetBytes(schemaSeed: string, rowSeed: string): Buffer {
  const columns = parquetTable(schemaSeed, rowSeed)
  const written = parquetWriteBuffer({
    schema: [{ name: 'schema', num_children: columns.length }, ...columns.flatMap((column) => column.elements)],
    columnData: columns.map(({ name, values }) => ({ name, data: values })),
    rowGroupSize: ROWS_PER_GROUP,
    createdBy: 'hubdex sample-hub',
  })
  return Buffer.from(written)
}

const TAIL_BYTES = 8

/** The same file with overwritten metadata, which a reader only detects by parsing it. */
export function corrupted(bytes: Buffer): Buffer {
  const copy = Buffer.from(bytes)
  const footerBytes = copy.readUInt32LE(copy.length - TAIL_BYTES)
  return copy.fill(0xee, copy.length - TAIL_BYTES - footerBytes, copy.length - TAIL_BYTES)
}

/** The same file, marked as having an encrypted footer. */
export function encrypted(bytes: Buffer): Buffer {
  const copy = Buffer.from(bytes)
  copy.write('PARE', 0)
  copy.write('PARE', copy.length - 4)
  return copy
}

/** The last bytes of a file whose footer claims to be 50 MB long. Anything may precede them. */
export function hugeFooterTail(): Buffer {
  const tail = Buffer.from('....PAR1')
  tail.writeUInt32LE(HUGE_FOOTER_BYTES, 0)
  return tail
}

export const HUGE_FOOTER_BYTES = 50_000_000
