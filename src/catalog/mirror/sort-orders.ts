import { type RawBuilder, sql } from 'kysely'
import type { RepoKind } from '../../hub/kinds.ts'
import { HubRefusal } from '../../hub-server/http/hub-refusal.ts'
import { type Position, SORT_KEYS, type SortKey, type SortValue } from '../../hub-server/hub-store.ts'

/** A column to sort by: `c` has the counters, `r` the repos. */
export interface SortColumn {
  readonly table: 'c' | 'r'
  readonly column: RawBuilder<unknown>
  /** The column in the form of a cursor, as text. */
  readonly shown: RawBuilder<string | null>
  /** A value of a cursor as SQL. @throws HubRefusal 400 for a value that no repo can have */
  toSql(value: SortValue): RawBuilder<unknown>
  /** A value from `shown`. */
  read(shown: string): SortValue
}

/** Beyond all repos, and within what Postgres can store. */
const [EARLIEST_MS, LATEST_MS] = [Date.parse('0001-01-01T00:00:00.000Z'), Date.UTC(10_000)]

const SORTS: Readonly<Partial<Record<SortKey, SortColumn>>> = {
  trendingScore: {
    table: 'c',
    column: sql.ref('c.trending_score'),
    shown: sql`c.trending_score::text`,
    toSql: (value) => sql`${expectNumber(value)}::double precision`,
    read: Number,
  },
  downloads: integer('c', 'downloads'),
  likes: integer('c', 'likes'),
  createdAt: instant('created_at'),
  lastModified: instant('last_modified'),
  num_parameters: integer('r', 'parameters'),
  mainSize: integer('r', 'bytes'),
  id: {
    table: 'r',
    column: sql`r.id collate "C"`,
    shown: sql`r.id`,
    toSql: (value) => sql`${expectText(value)}::text collate "C"`,
    read: (shown) => shown,
  },
}

const WITHOUT_VALUES = SORT_KEYS.filter((key) => SORTS[key] === undefined)

/** Sort keys of the Hub whose values no list of a kind has, so that the catalog does not know them. */
export const UNKNOWN_SORTS: Readonly<Record<RepoKind, readonly SortKey[]>> = {
  model: [...WITHOUT_VALUES, 'mainSize'],
  dataset: WITHOUT_VALUES,
  space: [...WITHOUT_VALUES, 'mainSize'],
}

/** @throws HubRefusal 400 for a key without values */
export function sortColumn(sort: SortKey): SortColumn {
  const column = SORTS[sort]
  if (column === undefined) throw new HubRefusal(400, `The catalog has no values of "${sort}" to sort by`)
  return column
}

/** The `_id` of a cursor. @throws HubRefusal 400 for anything else */
export function hubIdOf({ hubId }: Position): string {
  if (/^[0-9a-f]{24}$/.test(hubId)) return hubId
  throw invalidCursor('its _id is not one of the Hub')
}

function integer(table: 'c' | 'r', name: string): SortColumn {
  return {
    table,
    column: sql.ref(`${table}.${name}`),
    shown: sql`${sql.ref(`${table}.${name}`)}::text`,
    toSql: (value) => {
      const number = expectNumber(value)
      if (!Number.isInteger(number) || Math.abs(number) >= 2 ** 63) throw invalidCursor('its sort value is not an integer')
      return sql`${BigInt(number).toString()}::bigint`
    },
    read: Number,
  }
}

function instant(name: string): SortColumn {
  return {
    table: 'r',
    column: sql.ref(`r.${name}`),
    shown: sql`(extract(epoch from ${sql.ref(`r.${name}`)}) * 1000)::bigint::text`,
    toSql: (value) => sql`to_timestamp(${instantIn(value)}::double precision / 1000)`,
    read: Number,
  }
}

function instantIn(value: SortValue): number {
  return Math.min(LATEST_MS, Math.max(EARLIEST_MS, expectNumber(value)))
}

/** @throws HubRefusal 400 for text that Postgres cannot store */
function expectText(value: SortValue): string {
  if (typeof value === 'string' && !value.includes('\0')) return value
  throw invalidCursor('its sort value is not a name')
}

function expectNumber(value: SortValue): number {
  if (typeof value === 'number' && Number.isFinite(value)) return value
  throw invalidCursor('its sort value is not a number')
}

function invalidCursor(found: string): HubRefusal {
  return new HubRefusal(400, `Invalid cursor: ${found}`)
}
