import { type Kysely, type RawBuilder, sql } from 'kysely'
import type { CatalogKind } from '../../hub/kinds.ts'
import type { Database } from '../schema.ts'
import { EVENT_TYPES, type EventType } from './event-types.ts'

export interface ListedEvent {
  kind: CatalogKind
  /** Current name. */
  id: string
  hubId: string
  event: EventType
  oldValue: string | null
  newValue: string | null
  happenedAt: Date
}

/** Which events; an empty list excludes none. */
export interface EventFilter {
  kinds: readonly CatalogKind[]
  types: readonly EventType[]
  /** Exact. */
  authors: readonly string[]
  /** Current names in any letter case, or hub ids. */
  ids: readonly string[]
}

/** A place in the order of all events: by time, then by table, then within it. */
export interface EventPosition {
  /** ISO 8601 with microseconds. */
  at: string
  /** 0 for first appearances, 1 for all others. */
  source: 0 | 1
  key: string
}

export interface EventPage {
  order: 'newest' | 'oldest'
  /** The position of the last event of the previous page. */
  after?: EventPosition | undefined
  /** The earliest time. */
  since?: Date | undefined
  limit: number
}

interface EventRow extends ListedEvent, EventPosition {}

/**
 * Lists events in order. Oldest first, it stops before the oldest transaction that may still write events: theirs have the
 * time at which it began. A caller that continues later from the last position therefore gets each event once.
 */
export async function listEvents(
  db: Kysely<Database>,
  filter: EventFilter,
  page: EventPage,
): Promise<{ events: ListedEvent[]; last: EventPosition | undefined; hasMore: boolean }> {
  const hubIds = filter.ids.length === 0 ? undefined : await hubIdsOf(db, filter.ids)
  const wanted = filter.types.length === 0 ? EVENT_TYPES : filter.types
  const others = wanted.filter((type) => type !== 'appeared')
  const sources = [
    ...(wanted.includes('appeared') ? [source(APPEARANCES, filter, page, hubIds)] : []),
    ...(others.length > 0 ? [source(changes(others), filter, page, hubIds)] : []),
  ]
  const order = page.order === 'newest' ? sql`desc` : sql`asc`
  const { rows } = await sql<EventRow>`
    with horizon as materialized (select ${page.order === 'oldest' ? HORIZON : sql`null::timestamptz`} as at)
    select kind, hub_id as "hubId", id, event, old_value as "oldValue", new_value as "newValue", at as "happenedAt",
      to_char(at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as at, source, key
    from (${sql.join(sources, sql` union all `)}) as all_events
    order by all_events.at ${order}, source ${order}, key collate "C" ${order} limit ${page.limit + 1}`.execute(db)
  const shown = rows.slice(0, page.limit)
  const last = shown.at(-1)
  return {
    events: shown.map(({ at: _, source: __, key: ___, ...event }) => event),
    last: last === undefined ? undefined : { at: last.at, source: last.source, key: last.key },
    hasMore: rows.length > page.limit,
  }
}

interface Source {
  number: 0 | 1
  columns: RawBuilder<unknown>
  from: RawBuilder<unknown>
  at: RawBuilder<unknown>
  /** In the order of the index. */
  key: RawBuilder<unknown>
  keyType: RawBuilder<unknown>
  condition: RawBuilder<unknown>
}

const APPEARANCES: Source = {
  number: 0,
  columns: sql`'appeared' as event, null as old_value, null as new_value, r.hub_id as key`,
  from: sql`catalog.repos r`,
  at: sql`r.first_seen_at`,
  key: sql`r.hub_id`,
  keyType: sql`text`,
  condition: sql`true`,
}

function changes(types: readonly EventType[]): Source {
  return {
    number: 1,
    // With leading zeros, texts sort as the numbers do.
    columns: sql`e.event, e.old_value, e.new_value, lpad(e.event_id::text, 19, '0') as key`,
    from: sql`catalog.repo_events e join catalog.repos r on r.hub_id = e.hub_id`,
    at: sql`e.happened_at`,
    key: sql`e.event_id`,
    keyType: sql`bigint`,
    condition: sql`e.event = any(${[...types]}::text[])`,
  }
}

/** One page of a source, so that each is read off its index. */
function source(
  { number, columns, from, at, key, keyType, condition }: Source,
  { kinds, authors }: EventFilter,
  { order, after, since, limit }: EventPage,
  hubIds: readonly string[] | undefined,
): RawBuilder<unknown> {
  const [beyond, direction] = order === 'newest' ? [sql`<`, sql`desc`] : [sql`>`, sql`asc`]
  const conditions = [condition]
  if (kinds.length > 0) conditions.push(sql`r.kind = any(${[...kinds]}::text[])`)
  if (authors.length > 0) conditions.push(sql`r.author = any(${[...authors]}::text[])`)
  if (hubIds !== undefined) conditions.push(sql`r.hub_id = any(${[...hubIds]}::text[])`)
  if (since !== undefined) conditions.push(sql`${at} >= ${since}`)
  if (order === 'oldest') conditions.push(sql`${at} < (select at from horizon)`)
  if (after !== undefined) {
    const isAhead = order === 'newest' ? number < after.source : number > after.source
    if (number === after.source) {
      conditions.push(sql`(${at}, ${key}) ${beyond} (${after.at}::timestamptz, ${after.key}::${keyType})`)
    } else
      conditions.push(isAhead ? sql`${at} ${beyond}= ${after.at}::timestamptz` : sql`${at} ${beyond} ${after.at}::timestamptz`)
  }
  return sql`(select r.kind, r.hub_id, r.id, ${columns}, ${at} as at, ${sql.raw(String(number))} as source
    from ${from} where ${sql.join(conditions, sql` and `)}
    order by ${at} ${direction}, ${key} ${direction} limit ${limit + 1})`
}

/** Transactions that have written, or wait for a lock to write. The embedded engine runs one at a time. */
const HORIZON = sql`coalesce((
  select min(a.xact_start) from pg_stat_activity a
  where a.datname = current_database() and a.pid <> pg_backend_pid() and a.xact_start is not null
    and (a.backend_xid is not null or exists (
      select from pg_locks l where l.pid = a.pid and l.locktype = 'relation' and l.mode <> 'AccessShareLock'))
), now())`

async function hubIdsOf(db: Kysely<Database>, ids: readonly string[]): Promise<string[]> {
  const { rows } = await sql<{ hub_id: string }>`
    select hub_id from catalog.repos where hub_id = any(${[...ids]}::text[])
    union
    select r.hub_id from unnest(${[...ids]}::text[]) as wanted(id) join catalog.repos r
      on r.kind in ('model', 'dataset', 'space', 'collection') and lower(r.id) = lower(wanted.id)`.execute(db)
  return rows.map((row) => row.hub_id)
}
