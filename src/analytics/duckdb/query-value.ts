import {
  DuckDBArrayValue,
  DuckDBBlobValue,
  DuckDBDateValue,
  DuckDBDecimalValue,
  DuckDBListValue,
  DuckDBMapValue,
  DuckDBStructType,
  DuckDBStructValue,
  DuckDBTimestampTZValue,
  DuckDBTimestampValue,
  type DuckDBType,
  type DuckDBValue,
} from '@duckdb/node-api'
import { parseExactly } from '../../util/exact-number.ts'
import type { QueryValue } from '../query-result.ts'

/** A value as Postgres would give it in JSON, so that both engines print the same. */
export function queryValue(value: DuckDBValue, type: DuckDBType): QueryValue {
  if (value === null || typeof value === 'boolean') return value
  if (typeof value === 'bigint') return parseExactly(String(value)) as QueryValue
  if (typeof value === 'number') return Number.isFinite(value) ? value : String(value)
  if (typeof value === 'string') return type.alias === 'JSON' ? (parseExactly(value) as QueryValue) : value
  if (value instanceof DuckDBDecimalValue) return parseExactly(value.toString()) as QueryValue
  if (value instanceof DuckDBTimestampTZValue) return `${instant(value.micros)}+00:00`
  if (value instanceof DuckDBTimestampValue) return instant(value.micros)
  if (value instanceof DuckDBDateValue) return value.toString()
  if (value instanceof DuckDBListValue || value instanceof DuckDBArrayValue) {
    return value.items.map((item) => queryValue(item, itemTypeOf(type)))
  }
  if (value instanceof DuckDBStructValue) {
    const entries = Object.entries(value.entries)
    return Object.fromEntries(entries.map(([key, item]) => [key, queryValue(item, entryTypeOf(type, key))]))
  }
  if (value instanceof DuckDBMapValue) {
    return Object.fromEntries(value.entries.map(({ key, value: item }) => [String(key), queryValue(item, itemTypeOf(type))]))
  }
  if (value instanceof DuckDBBlobValue) return `\\x${Buffer.from(value.bytes).toString('hex')}`
  return String(value)
}

/** A VARIANT says nothing of what is in it. */
function itemTypeOf(type: DuckDBType): DuckDBType {
  return 'valueType' in type ? type.valueType : type
}

function entryTypeOf(type: DuckDBType, key: string): DuckDBType {
  return type instanceof DuckDBStructType ? type.typeForEntry(key) : type
}

/** As Postgres writes a timestamp in JSON: 2026-11-27T08:15:00.12, with as many decimals as it needs. */
function instant(micros: bigint): string {
  const seconds = micros >= 0n ? micros / 1_000_000n : (micros - 999_999n) / 1_000_000n
  const rest = micros - seconds * 1_000_000n
  const decimals = rest === 0n ? '' : `.${String(rest).padStart(6, '0').replace(/0+$/, '')}`
  return `${new Date(Number(seconds) * 1000).toISOString().slice(0, 19)}${decimals}`
}
