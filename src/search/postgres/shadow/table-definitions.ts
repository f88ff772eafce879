import { type Kysely, type RawBuilder, sql } from 'kysely'
import { ACTIVE } from '../index/only-writer.ts'

/** The schema of the tables that a rebuild fills. */
export const SHADOW = 'search_next'

/** The tables of an index. A search locks `block` first, and so does the process that replaces them. */
export const TABLES = ['block', 'document', 'term', 'posting', 'readme'] as const

/** Creates the tables of the shadow index as those of the index are, but without indexes and triggers. */
export async function createTables<Tables>(db: Kysely<Tables>): Promise<void> {
  for (const table of TABLES) await createTable(db, table)
}

/**
 * Replaces a table of the shadow index by one without indexes, with the rows of a query.
 *
 * @param rows the query, given the name of the replaced table
 */
export async function rewriteTable<Tables>(
  db: Kysely<Tables>,
  table: (typeof TABLES)[number],
  rows: (replaced: RawBuilder<unknown>) => RawBuilder<unknown>,
): Promise<void> {
  await sql.raw(`alter table ${SHADOW}.${table} rename to replaced`).execute(db)
  await createTable(db, table)
  await sql`insert into ${sql.raw(`${SHADOW}.${table}`)} ${rows(sql.raw(`${SHADOW}.replaced`))}`.execute(db)
  await sql.raw(`drop table ${SHADOW}.replaced`).execute(db)
}

async function createTable<Tables>(db: Kysely<Tables>, table: (typeof TABLES)[number]): Promise<void> {
  await sql.raw(`create table ${SHADOW}.${table} (like ${ACTIVE}.${table} including all excluding indexes)`).execute(db)
  await executeAll(
    db,
    sql`
      select format('alter table %I.%I set (%s)', ${SHADOW}::text, relname, array_to_string(reloptions, ', ')) as statement
      from pg_class where oid = ${`${ACTIVE}.${table}`}::regclass and reloptions is not null`,
  )
}

/** Statements for the indexes and constraints that the tables of the index have and those of the shadow index lack. */
export async function missingIndexes<Tables>(db: Kysely<Tables>, only?: ReadonlySet<string>): Promise<string[]> {
  return await composed(
    db,
    sql`
      select case when c.oid is null
        then replace(pg_get_indexdef(i.oid), ${` ON ${ACTIVE}.`}, ${` ON ${SHADOW}.`})
        else format('alter table %I.%I add constraint %I %s', ${SHADOW}::text, t.relname, c.conname, pg_get_constraintdef(c.oid))
      end as statement
      from pg_index x join pg_class i on i.oid = x.indexrelid join pg_class t on t.oid = x.indrelid
      left join pg_constraint c on c.conindid = i.oid and c.conrelid = t.oid
      where t.relnamespace = ${ACTIVE}::regnamespace and t.relkind = 'r' and x.indisvalid
        and to_regclass(format('%I.%I', ${SHADOW}::text, i.relname)) is null
        and ${only === undefined ? sql`true` : sql`i.relname = any(${[...only]}::text[])`}
      order by t.relname, i.relname`,
  )
}

/** Gives the tables of the shadow index the triggers, the rights and the comments of those of the index. */
export async function copyProperties<Tables>(db: Kysely<Tables>): Promise<void> {
  await executeAll(
    db,
    sql`
      select replace(pg_get_triggerdef(g.oid), ${` ON ${ACTIVE}.`}, ${` ON ${SHADOW}.`}) as statement
      from pg_trigger g join pg_class t on t.oid = g.tgrelid
      where t.relnamespace = ${ACTIVE}::regnamespace and not g.tgisinternal
      union all
      select format('grant %s on %I.%I to %s', a.privilege_type, ${SHADOW}::text, t.relname,
        case a.grantee when 0 then 'public' else a.grantee::regrole::text end)
      from pg_class t, aclexplode(t.relacl) a
      where t.relnamespace = ${ACTIVE}::regnamespace and t.relkind = 'r' and a.grantee <> t.relowner
      union all
      select format('comment on table %I.%I is %L', ${SHADOW}::text, t.relname, obj_description(t.oid, 'pg_class'))
      from pg_class t where t.relnamespace = ${ACTIVE}::regnamespace and t.relkind = 'r'`,
  )
}

/** Columns and indexes of the tables in a schema, as one text. */
export async function layoutOf<Tables>(db: Kysely<Tables>, schema: string): Promise<string> {
  const { rows } = await sql<{ layout: string | null }>`
    select string_agg(format('%s.%s %s', t.relname, a.attname, format_type(a.atttypid, a.atttypmod)), ', '
      order by t.relname, a.attname) as layout
    from pg_class t join pg_attribute a on a.attrelid = t.oid
    where t.relnamespace = ${schema}::regnamespace and t.relkind in ('r', 'i') and a.attnum > 0 and not a.attisdropped`.execute(
    db,
  )
  return rows[0]?.layout ?? ''
}

export async function dropTables<Tables>(db: Kysely<Tables>, schema: string): Promise<void> {
  await sql.raw(`drop table if exists ${TABLES.map((table) => `${schema}.${table}`).join(', ')}`).execute(db)
}

/** Executes the statements that a query composes. */
async function executeAll<Tables>(db: Kysely<Tables>, query: RawBuilder<{ statement: string }>): Promise<void> {
  for (const statement of await composed(db, query)) await sql.raw(statement).execute(db)
}

async function composed<Tables>(db: Kysely<Tables>, query: RawBuilder<{ statement: string }>): Promise<string[]> {
  return (await query.execute(db)).rows.map(({ statement }) => statement)
}
