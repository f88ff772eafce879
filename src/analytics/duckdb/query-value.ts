import {
  DuckDBArrayValue,
  DuckDBBlobValue,
  DuckDBDateValue,
  DuckDBDecimalValue,
  DuckDBListValue,
  DuckDBMapValue,
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
  if (value instanceof DuckDBListValue || value instanceof DuckDBArrayValue) return value.items.map(nested)
  if (value instanceof DuckDBStructValue) {
    return Object.fromEntries(Object.entries(value.entries).map(([key, item]) => [key, nested(item)]))
  }
  if (value instanceof DuckDBMapValue) {
    return Object.fromEntries(value.entries.map(({ key, value: item }) => [String(key), nested(item)]))
  }
  if (value instanceof DuckDBBlobValue) return `\\x${Buffer.from(value.bytes).toString('hex')}`
  return String(value)
}

function nested(value: DuckDBValue): QueryValue {
  return queryValue(value, NO_TYPE)
}

/** The types of nested values are not looked up: only JSON needs them, and nested JSON is shown as text. */
const NO_TYPE = { alias: undefined } as unknown as DuckDBType

/** As Postgres writes a timestamp in JSON: 2026-11-27T08:15:00.12, with as many decimals as it needs. */
function instant(micros: bigint): string {
  const seconds = micros >= 0n ? micros / 1_000_000n : (micros - 999_999n) / 1_000_000n
  const rest = micros - seconds * 1_000_000n
  const decimals = rest === 0n ? '' : `.${String(rest).padStart(6, '0').replace(/0+$/, '')}`
  return `${new Date(Number(seconds) * 1000).toISOString().slice(0, 19)}${decimals}`
}
