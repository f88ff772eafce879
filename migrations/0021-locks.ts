import { type Kysely, sql } from 'kysely'
import { describeTable } from './describe.ts'

/**
 * What readers can hold against those who write, and leave behind: locks by which the programs keep out of each other's way that a
 * reader cannot take, and, where the owner is a superuser and may say so, no functions that write in spite of a read-only transaction.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db)
}

const statements = [
  'create table catalog.locks (name text primary key)',
  ...describeTable(
    'catalog.locks',
    'One row per lock, taken by SELECT … FOR UPDATE: it needs a right that readers lack.',
    {
      name: 'What only one may do at a time.',
    },
  ),
  // Up to Postgres 15 a read-only transaction may write large objects, and in any version fill the write-ahead log with messages.
  `do $do$
  declare function regprocedure;
  begin
    if not (select rolsuper from pg_roles where rolname = current_user) then
      return;
    end if;
    for function in
      select oid from pg_proc where pronamespace = 'pg_catalog'::regnamespace and proname in (
        'lo_creat', 'lo_create', 'lo_from_bytea', 'lo_put', 'lo_open', 'lowrite', 'lo_truncate', 'lo_truncate64', 'lo_unlink',
        'lo_import', 'lo_export', 'pg_logical_emit_message')
    loop
      execute format('revoke execute on function %s from public', function);
    end loop;
  end
  $do$`,
]
