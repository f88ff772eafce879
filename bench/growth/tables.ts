import type pg from 'pg'

/** A table that grows or is vacuumed, with its indexes and TOAST. */
export interface TableState {
  name: string
  bytes: number
  rows: number
  dead: number
  updates: number
  hotUpdates: number
}

/** Statistics arrive a moment after the transactions that they are about. */
const SETTLE = 'select pg_stat_clear_snapshot()'

export async function readTables(client: pg.Client): Promise<TableState[]> {
  await client.query(SETTLE)
  const { rows } = await client.query(`
    select schemaname || '.' || relname as name, pg_total_relation_size(relid)::float8 as bytes, n_live_tup::float8 as rows,
      n_dead_tup::float8 as dead, n_tup_upd::float8 as updates, n_tup_hot_upd::float8 as "hotUpdates"
    from pg_stat_user_tables where schemaname in ('catalog', 'search')`)
  return rows
}

/** The condition of Postgres's autovacuum, with the settings of each table. */
const DUE = `
  select t.schemaname || '.' || t.relname as name
  from pg_stat_user_tables t join pg_class c on c.oid = t.relid
  cross join lateral (select
    coalesce((select option_value::float8 from pg_options_to_table(c.reloptions)
      where option_name = 'autovacuum_vacuum_scale_factor'),
      current_setting('autovacuum_vacuum_scale_factor')::float8) as scale,
    coalesce((select option_value::float8 from pg_options_to_table(c.reloptions)
      where option_name = 'autovacuum_vacuum_threshold'), current_setting('autovacuum_vacuum_threshold')::float8) as least) s
  where t.schemaname in ('catalog', 'search') and n_dead_tup > least + scale * greatest(c.reltuples, 0)`

/**
 * Vacuums what autovacuum would have vacuumed within the rest of the day, which lasts only minutes here. Its own runs
 * meanwhile.
 *
 * @returns names of these tables
 */
export async function vacuumDue(client: pg.Client): Promise<string[]> {
  await client.query(SETTLE)
  const { rows } = await client.query<{ name: string }>(DUE)
  for (const { name } of rows) await client.query(`vacuum (analyze) ${name}`)
  return rows.map(({ name }) => name)
}
