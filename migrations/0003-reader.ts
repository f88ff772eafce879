import { type Kysely, sql } from 'kysely'

/** The views that a query of somebody else's may read. A later migration that adds a view grants it itself. */
const READABLE_VIEWS = [
  'models',
  'datasets',
  'spaces',
  'repos',
  'repo_tags',
  'repo_aliases',
  'lineage',
  'tags',
  'passes',
]

/**
 * The fence around queries that somebody else wrote: the role `hubdex_reader`, which may read the public views and
 * nothing else but what the database shows to everybody, and `catalog.run_query`, which runs one SELECT under that role.
 *
 * Why a function, and not `set role` before the query: the text could set the role back. Within a function that is
 * `security definer` Postgres itself refuses to change the role, by whatever way (SET, set_config, a query inside a
 * query), so the text cannot leave it. Three more walls stand behind that one. The query is opened as a cursor, which
 * takes a single statement that returns rows; the function is `stable`, and for such a one Postgres runs SELECT, VALUES
 * and TABLE only (no EXPLAIN, SHOW, FETCH, FOR UPDATE, and no data-modifying WITH); the caller opens a read-only
 * transaction and rolls it back.
 *
 * What is left to a hostile text is to waste the time and the memory that a query may have. On a Postgres server that
 * includes filling the write-ahead log (pg_logical_emit_message is everybody's), for as long as its timeout lets it.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql.raw(CREATE_ROLE).execute(db)
  await sql.raw(REFUSE_POWERFUL_ROLE).execute(db)
  await sql.raw(JOIN_ROLE).execute(db)

  await sql`grant usage on schema public to hubdex_reader`.execute(db)
  for (const view of READABLE_VIEWS) {
    await sql`grant select on public.${sql.ref(view)} to hubdex_reader`.execute(db)
  }

  // The owner must be allowed to create in the schema while the function is made, and has no business there afterwards.
  const { rows } = await sql<{ migrator: string }>`select current_user as migrator`.execute(db)
  const migrator = sql.id(rows[0]?.migrator ?? '')
  await sql`grant usage, create on schema catalog to hubdex_reader`.execute(db)
  await sql`set local role hubdex_reader`.execute(db)
  await sql.raw(RUN_QUERY).execute(db)
  await sql.raw(DESCRIBE_RUN_QUERY).execute(db)
  await sql`revoke all on function catalog.run_query from public`.execute(db)
  await sql`grant execute on function catalog.run_query to ${migrator}`.execute(db)
  await sql`reset role`.execute(db)
  await sql`revoke all on schema catalog from hubdex_reader`.execute(db)
}

/** Roles belong to the whole server: another database's migration may have made it, or be making it at this moment. */
const CREATE_ROLE = `
do $do$
begin
  if not exists (select from pg_roles where rolname = 'hubdex_reader') then
    create role hubdex_reader nologin;
  end if;
exception
  when duplicate_object or unique_violation then null;
  when insufficient_privilege then
    raise exception using
      errcode = 'insufficient_privilege',
      message = format('The database user %1$I may not create roles, and hubdex runs the SQL that people write under the '
        || 'role hubdex_reader. Let an administrator run: create role hubdex_reader nologin; '
        || 'grant hubdex_reader to %1$I; then try again.', current_user);
end
$do$`

/** A role of that name that was made for something else would turn the fence into a gate. */
const REFUSE_POWERFUL_ROLE = `
do $do$
begin
  if exists (
    select from pg_roles r
    where r.rolname = 'hubdex_reader'
      and (r.rolsuper or r.rolcreaterole or r.rolcreatedb or r.rolreplication or r.rolbypassrls or r.rolcanlogin
        or exists (select from pg_auth_members m where m.member = r.oid))
  ) then
    raise exception using
      errcode = 'object_not_in_prerequisite_state',
      message = 'The role hubdex_reader exists with rights of its own (LOGIN, SUPERUSER or the like, or membership in '
        || 'another role); expected one that may do nothing. Take these rights away or rename that role, then try again.';
  end if;
end
$do$`

/** To act as a role one must be a member; from Postgres 16 on, one with the option SET, which its creator lacks. */
const JOIN_ROLE = `
do $do$
declare
  needed text := case when current_setting('server_version_num')::int >= 160000 then 'SET' else 'MEMBER' end;
begin
  if not pg_has_role(current_user, 'hubdex_reader', needed) then
    execute format('grant hubdex_reader to %I', current_user);
  end if;
exception
  when insufficient_privilege then
    raise exception using
      errcode = 'insufficient_privilege',
      message = format('The role hubdex_reader exists, but the database user %1$I is no member of it. '
        || 'Let an administrator run: grant hubdex_reader to %1$I; then try again.', current_user);
end
$do$`

// The answer is a stream of JSON values because the columns are not known beforehand. Arrays, not objects, because a
// query may well give two columns the same name. A record that was fetched beyond the last row is null but keeps its
// columns, so that an empty answer has them too.
const RUN_QUERY = `
create function catalog.run_query(query text, max_rows integer, max_bytes integer) returns setof json
language plpgsql stable security definer
set search_path = pg_catalog, public, pg_temp
as $function$
declare
  answer refcursor;
  item record;
  line json;
  rows_left integer := max_rows;
  bytes_left bigint := max_bytes;
begin
  open answer no scroll for execute query;
  fetch answer into item;
  return next coalesce((select json_agg(name) from json_object_keys(row_to_json(item)) as name), '[]');
  while found loop
    if rows_left <= 0 then
      return next to_json('rows'::text);
      return;
    end if;
    line := row_to_json(item);
    rows_left := rows_left - 1;
    bytes_left := bytes_left - octet_length(line::text);
    if bytes_left < 0 then
      return next to_json('bytes'::text);
      return;
    end if;
    return next coalesce((select json_agg(value) from json_each(line)), '[]');
    fetch answer into item;
  end loop;
end
$function$`

const DESCRIBE_RUN_QUERY = `
comment on function catalog.run_query is
  'Runs one SELECT as hubdex_reader. Answers an array of column names, an array of values for each row, and, where rows '
  'were left out, a last string that says which limit was met: rows or bytes. Call it in a read-only transaction.'`
