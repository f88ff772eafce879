import type { SchemaElement } from 'hyparquet'

/** How values of one Postgres type are read, and written in each format. All values arrive as text. */
export interface ColumnType {
  /** The SQL expression that makes the text. */
  select(column: string): string
  /** The elements of the column in the schema of a Parquet file. */
  parquet(name: string): SchemaElement[]
  /** The value for Parquet. */
  value(text: string): unknown
  /** The value as a JSON text. */
  json(text: string): string
}

const asIs = (column: string) => column

const text: ColumnType = {
  select: asIs,
  parquet: (name) => [leaf(name, { type: 'BYTE_ARRAY', converted_type: 'UTF8', logical_type: { type: 'STRING' } })],
  value: (read) => read,
  json: (read) => JSON.stringify(read),
}

/** Texts in a list. */
const texts: ColumnType = {
  select: (column) => `to_json(${column})`,
  parquet: (name) => [
    leaf(name, { num_children: 1, converted_type: 'LIST', logical_type: { type: 'LIST' } }),
    { name: 'list', repetition_type: 'REPEATED', num_children: 1 },
    ...text.parquet('element'),
  ],
  value: (read) => JSON.parse(read),
  json: (read) => read,
}

/** JSON as it is stored, so that no number loses a digit. */
const json: ColumnType = {
  select: asIs,
  parquet: (name) => [leaf(name, { type: 'BYTE_ARRAY', converted_type: 'JSON', logical_type: { type: 'JSON' } })],
  value: (read) => read,
  json: (read) => read,
}

/** An instant, as microseconds since 1970. Parquet marks it as UTC. */
const instant: ColumnType = {
  select: (column) => `case when isfinite(${column}) then (extract(epoch from ${column}) * 1000000)::bigint end`,
  parquet: (name) => [
    leaf(name, { type: 'INT64', logical_type: { type: 'TIMESTAMP', isAdjustedToUTC: true, unit: 'MICROS' } }),
  ],
  value: (read) => BigInt(read),
  json: (read) => JSON.stringify(instantText(BigInt(read))),
}

/** A day, as days since 1970. */
const day: ColumnType = {
  select: (column) => `${column} - date '1970-01-01'`,
  parquet: (name) => [leaf(name, { type: 'INT32', converted_type: 'DATE', logical_type: { type: 'DATE' } })],
  value: Number,
  json: (read) => JSON.stringify(new Date(Number(read) * DAY_MS).toISOString().slice(0, 10)),
}

const boolean: ColumnType = {
  select: asIs,
  parquet: (name) => [leaf(name, { type: 'BOOLEAN' })],
  value: (read) => read === 't',
  json: (read) => String(read === 't'),
}

const integer: ColumnType = {
  select: asIs,
  parquet: (name) => [leaf(name, { type: 'INT32' })],
  value: Number,
  json: (read) => read,
}

const bigint: ColumnType = {
  select: asIs,
  parquet: (name) => [leaf(name, { type: 'INT64' })],
  value: BigInt,
  json: (read) => read,
}

const double: ColumnType = {
  select: asIs,
  parquet: (name) => [leaf(name, { type: 'DOUBLE' })],
  value: Number,
  json: (read) => (Number.isFinite(Number(read)) ? read : JSON.stringify(read)),
}

const TYPES: Readonly<Record<string, ColumnType>> = {
  text,
  'text[]': texts,
  json,
  jsonb: json,
  'timestamp with time zone': instant,
  date: day,
  boolean,
  integer,
  bigint,
  'double precision': double,
}

const DAY_MS = 86_400_000

/** @throws for a type without an entry above: a view with a new type of column needs one */
export function columnType(postgresType: string): ColumnType {
  const type = TYPES[postgresType]
  if (type === undefined) throw new Error(`There is no export of columns of type ${postgresType}.`)
  return type
}

function leaf(name: string, element: Omit<SchemaElement, 'name'>): SchemaElement {
  return { name, repetition_type: 'OPTIONAL', ...element }
}

/** ISO 8601 in UTC with microseconds, such as 2026-11-27T08:15:00.123456Z. */
function instantText(micros: bigint): string {
  const millis = micros >= 0n ? micros / 1000n : (micros - 999n) / 1000n
  const rest = String(micros - millis * 1000n).padStart(3, '0')
  return new Date(Number(millis)).toISOString().replace('Z', `${rest}Z`)
}
