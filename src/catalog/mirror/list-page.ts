import { type Kysely, type RawBuilder, sql } from 'kysely'
import { LRUCache } from 'lru-cache'
import { HubRefusal } from '../../hub-server/http/hub-refusal.ts'
import type { ListQuery, Position } from '../../hub-server/hub-store.ts'
import type { Database } from '../schema.ts'
import { conditionsOf, IS_LISTED, IS_RESOLVED } from './list-conditions.ts'
import { hubIdOf, type SortColumn, sortColumn } from './sort-orders.ts'

/** The hub ids of a page in their order. */
export interface ListedIds {
  readonly hubIds: readonly string[]
  readonly next: Position | undefined
}

interface Row {
  readonly hub_id: string
  /** The sort value as text. */
  readonly shown: string | null
}

type Conditions = readonly RawBuilder<unknown>[]

/** More matches are so dense that a walk along the order fills a page soon. */
const MOST_SORTED = 10_000
/** How long a filter is known to be dense, and how many are remembered. */
const DENSE_MS = 600_000
const MOST_DENSE = 1_000
/** Repos before a page are read one by one. A cursor costs nothing. */
const MOST_SKIPPED = 100_000

/**
 * Reads pages in the order (sort value, `_id` ascending, nulls last), in time that does not depend on how deep they are.
 *
 * Repos that match a selective filter are found by an index, or by reading all names, and sorted. Otherwise a page is read off
 * the index of its order. Ties, what follows them, and repos without a value are read one after another, since each of these
 * is one range of the index.
 */
export class ListPages {
  readonly #db: Kysely<Database>
  readonly #mostSorted: number
  readonly #dense = new LRUCache<string, true>({ max: MOST_DENSE, ttl: DENSE_MS })

  /** @param mostSorted so many matches of a filter are sorted for each page. @default 10,000 */
  constructor(db: Kysely<Database>, mostSorted = MOST_SORTED) {
    this.#db = db
    this.#mostSorted = mostSorted
  }

  async read(query: ListQuery): Promise<ListedIds> {
    const { sort, skip = 0, limit } = query
    if (skip > MOST_SKIPPED) throw new HubRefusal(400, `"skip" must be at most ${MOST_SKIPPED}; follow the Link header instead`)
    const conditions = conditionsOf(query.filter)
    if (conditions === undefined) return { hubIds: [], next: undefined }
    // Only a repo after the full page proves that there is a next one.
    const most = skip + limit + 1
    const rows = (await this.#sorted(query, conditions, most)) ?? (await this.#alongOrder(query, conditions, most))
    const page = rows.slice(skip, skip + limit)
    const last = page.at(-1)
    const next = last !== undefined && rows.length === most ? positionOf(last, sortColumn(sort)) : undefined
    return { hubIds: page.map(({ hub_id }) => hub_id), next }
  }

  /** Undefined when too many repos match. */
  async #sorted(query: ListQuery, conditions: Conditions, most: number): Promise<Row[] | undefined> {
    const key = JSON.stringify([query.kind, query.filter])
    if (conditions.length === 0 || this.#dense.has(key)) return undefined
    const { table, column, shown } = sortColumn(query.sort)
    const condition = every([sql`r.kind = ${query.kind}`, IS_LISTED, ...conditions, IS_RESOLVED])
    const counters = sql`left join lateral (select * from catalog.repo_counters c where c.hub_id = r.hub_id limit 1) c on true`
    const after = sql.join(rangesAfter(query, sql`f.value`, sql`f.hub_id`), sql` or `)
    const { rows } = await sql<{ page: Row[] | null }>`
      with found as materialized (
        select r.hub_id, ${column} as value, ${shown} as shown from catalog.repos r ${table === 'c' ? counters : sql``}
        where ${condition} limit ${this.#mostSorted + 1}
      )
      select case when (select count(*) from found) <= ${this.#mostSorted} then coalesce((
        select json_agg(page) from (
          select f.hub_id, f.shown from found f where ${after}
          order by f.value ${directionOf(query)} nulls last, f.hub_id limit ${most}
        ) page), '[]') end as page`.execute(this.#db)
    const page = rows[0]?.page ?? undefined
    if (page === undefined) this.#dense.set(key, true)
    return page
  }

  async #alongOrder(query: ListQuery, conditions: Conditions, most: number): Promise<Row[]> {
    const rows: Row[] = []
    const { table, column } = sortColumn(query.sort)
    for (const range of rangesAfter(query, column, sql.ref(`${table}.hub_id`))) {
      if (rows.length === most) break
      rows.push(...(await this.#inRange(query, range, conditions, most - rows.length)))
    }
    return rows
  }

  async #inRange(query: ListQuery, range: RawBuilder<unknown>, conditions: Conditions, most: number): Promise<Row[]> {
    const { table, column, shown } = sortColumn(query.sort)
    const order = sql`order by ${column} ${directionOf(query)}, ${sql.ref(`${table}.hub_id`)} limit ${most}`
    const condition = every([sql`r.kind = ${query.kind}`, IS_LISTED, ...conditions, IS_RESOLVED])
    if (table === 'r') {
      const { rows } = await sql<Row>`
        select r.hub_id, ${shown} as shown from catalog.repos r where ${condition} and ${range} ${order}`.execute(this.#db)
      return rows
    }
    // One lookup per row: a join of whole tables would read them for each page.
    const { rows } = await sql<Row>`
      select c.hub_id, ${shown} as shown from catalog.repo_counters c
      cross join lateral (select from catalog.repos r where r.hub_id = c.hub_id and ${condition} limit 1) r
      where c.kind = ${query.kind} and ${range} ${order}`.execute(this.#db)
    return rows
  }
}

/** The ranges of an order after a position, each of which is one range of its index. */
function rangesAfter(
  { sort, after, descending }: ListQuery,
  column: RawBuilder<unknown>,
  hubId: RawBuilder<unknown>,
): RawBuilder<unknown>[] {
  const valueless = sql`${column} is null`
  if (after === undefined) return [sql`${column} is not null`, valueless]
  const later = sql`${hubId} > ${hubIdOf(after)}`
  if (after.value === null) return [sql`(${valueless} and ${later})`]
  const value = sortColumn(sort).toSql(after.value)
  return [sql`(${column} = ${value} and ${later})`, sql`${column} ${descending ? sql`<` : sql`>`} ${value}`, valueless]
}

function directionOf({ descending }: ListQuery): RawBuilder<unknown> {
  return descending ? sql`desc` : sql`asc`
}

function every(conditions: Conditions): RawBuilder<unknown> {
  return sql.join([...conditions], sql` and `)
}

function positionOf({ hub_id: hubId, shown }: Row, { read }: SortColumn): Position {
  return { value: shown === null ? null : read(shown), hubId }
}
