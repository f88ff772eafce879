import { type Kysely, type RawBuilder, sql } from 'kysely'
import type { Database } from '../schema.ts'

/** A column that a dataset must have. */
export interface WantedColumn {
  /** Its path without the levels of lists, or what it is nested in, in any letter case. */
  name: string
  /** One of `COLUMN_TYPES`, or the beginning of a type of Parquet. */
  type?: string | undefined
  /** `none`, or such as `list.struct`. */
  nesting?: string | undefined
}

export interface DatasetWithColumns {
  id: string
  hubId: string
  author: string | null
  license: string | null
  downloads: number | null
  likes: number | null
  rows: number | null
  /** The first config and split that have the columns. */
  config: string
  split: string
  columns: { path: string; physicalType: string; logicalType: string | null; nesting: string | null }[]
}

/** A place in the order: by downloads, then by hub id. */
export interface DatasetPosition {
  downloads: number
  hubId: string
}

/** Conditions on a stored column `c` for types as people name them. */
const COLUMN_TYPES: Readonly<Record<string, RawBuilder<unknown>>> = {
  text: sql`c.logical in ('STRING', 'UTF8', 'ENUM', 'JSON')`,
  integer: sql`(c.physical in ('INT32', 'INT64') and (c.logical is null or c.logical ~ '^U?INT'))`,
  float: sql`(c.physical in ('FLOAT', 'DOUBLE') or c.logical = 'FLOAT16')`,
  boolean: sql`c.physical = 'BOOLEAN'`,
  time: sql`(c.logical ~ '^(TIMESTAMP|DATE|TIME)' or c.physical = 'INT96')`,
  binary: sql`(c.physical in ('BYTE_ARRAY', 'FIXED_LEN_BYTE_ARRAY') and c.logical is null)`,
}

/** Live datasets with all of these columns in one split, most downloaded first. */
export async function datasetsWithColumns(
  db: Kysely<Database>,
  wanted: readonly WantedColumn[],
  { after, limit }: { after?: DatasetPosition | undefined; limit: number },
): Promise<{ total: number; datasets: DatasetWithColumns[]; last: DatasetPosition | undefined; hasMore: boolean }> {
  const names = wanted.map(({ name }) => name.toLowerCase())
  const beyond =
    after === undefined
      ? sql`true`
      : sql`(-coalesce(f.downloads, -1), f.hub_id) > (${-after.downloads}::bigint, ${after.hubId})`
  const { rows } = await sql<DatasetWithColumns & { total: number; position: number }>`
    with matching as materialized (
      select s.hub_id, s.position from catalog.parquet_schemas s
      where catalog.column_names(s.paths) @> catalog.lower_all(${names}::text[])
        and ${sql.join([sql`true`, ...wanted.filter(isTyped).map(hasColumn)], sql` and `)}
    ), found as materialized (
      select distinct on (r.hub_id) r.hub_id, r.id, r.author, r.license, c.downloads, c.likes, r.row_count, p.config, p.split,
        m.position
      from matching m
      join catalog.repos r on r.hub_id = m.hub_id and r.removed_at is null
      join catalog.parquet_splits p on p.hub_id = m.hub_id and p.schema_position = m.position
      left join catalog.repo_counters c on c.hub_id = r.hub_id
      order by r.hub_id, p.position
    )
    select f.hub_id as "hubId", f.id, f.author, f.license, f.downloads::double precision as downloads,
      f.likes::double precision as likes, f.row_count::double precision as rows, f.config, f.split, f.position,
      (select count(*)::int from found) as total,
      (select coalesce(json_agg(json_build_object('path', c.path, 'physicalType', c.physical, 'logicalType', c.logical,
          'nesting', c.nesting) order by c.place), '[]')
        from ${storedColumns(sql`f.hub_id`, sql`f.position`)}
        where catalog.column_names(array[c.path]) && catalog.lower_all(${names}::text[])) as columns
    from found f where ${beyond}
    order by coalesce(f.downloads, -1) desc, f.hub_id limit ${limit + 1}`.execute(db)
  const shown = rows.slice(0, limit)
  const last = shown.at(-1)
  return {
    total: rows[0]?.total ?? 0,
    datasets: shown.map(({ total: _, position: __, ...dataset }) => dataset),
    last: last === undefined ? undefined : { downloads: last.downloads ?? -1, hubId: last.hubId },
    hasMore: rows.length > limit,
  }
}

function isTyped({ type, nesting }: WantedColumn): boolean {
  return type !== undefined || nesting !== undefined
}

function hasColumn({ name, type, nesting }: WantedColumn): RawBuilder<unknown> {
  const conditions = [
    sql`catalog.column_names(array[c.path]) @> catalog.lower_all(array[${name}]::text[])`,
    ...(type === undefined ? [] : [typeCondition(type)]),
    ...(nesting === undefined ? [] : [sql`coalesce(c.nesting, 'none') = ${nesting.toLowerCase()}`]),
  ]
  return sql`exists (
    select from ${storedColumns(sql`s.hub_id`, sql`s.position`)} where ${sql.join(conditions, sql` and `)})`
}

function typeCondition(type: string): RawBuilder<unknown> {
  const known = COLUMN_TYPES[type.toLowerCase()]
  return known ?? sql`starts_with(coalesce(c.logical, c.physical), ${type.toUpperCase()})`
}

/** The columns of one schema. */
function storedColumns(hubId: RawBuilder<unknown>, position: RawBuilder<unknown>): RawBuilder<unknown> {
  return sql`(
    select u.* from catalog.parquet_schemas o,
      unnest(o.paths, o.physical_types, o.logical_types, o.nestings) with ordinality
        as u(path, physical, logical, nesting, place)
    where o.hub_id = ${hubId} and o.position = ${position}) as c`
}
