import { type Kysely, sql } from 'kysely'
import { withLock } from './with-lock.ts'

/**
 * Creates the role `hubdex_readers` if it is missing, and its grants. Members may read the whole catalog and run `hubdex sql`,
 * and write nothing. This is not a migration, because roles belong to the server: a restored database may lack the role, and a
 * login that may not create it can do everything else.
 *
 * @returns what an administrator has to do first, if this login may not create the role
 */
export async function ensureReaderRole<Tables>(db: Kysely<Tables>): Promise<string | undefined> {
  const { rows } = await sql<{ may_grant: boolean }>`
    select not current_setting('transaction_read_only')::boolean and pg_has_role(nspowner, 'usage') as may_grant
    from pg_namespace where nspname = 'catalog'`.execute(db)
  if (rows[0]?.may_grant !== true) return undefined
  return await withLock(db, 'readers', async (transaction) => {
    await sql.raw(CREATE_ROLE).execute(transaction)
    const { rows: roles } = await sql`select from pg_roles where rolname = 'hubdex_readers'`.execute(transaction)
    if (roles.length === 0) return MISSING_ROLE_ADVICE
    for (const statement of GRANTS) await sql.raw(statement).execute(transaction)
    return undefined
  })
}

const MISSING_ROLE_ADVICE =
  'The role hubdex_readers, whose members may read the catalog, is missing, and this login may not create roles. If you ' +
  'need read-only logins, let an administrator run `create role hubdex_readers nologin`, then run `hubdex db migrate` again.'

/** Another database of the server may be creating the role at the same time. */
const CREATE_ROLE = `
do $do$
begin
  if not exists (select from pg_roles where rolname = 'hubdex_readers') then
    create role hubdex_readers nologin;
  end if;
exception
  when duplicate_object or unique_violation or insufficient_privilege then null;
end
$do$`

/** Only on our own relations: others may have tables in the schema public. */
const GRANT_SELECT = `
do $do$
declare relation regclass;
begin
  for relation in
    select oid from pg_class
    where relnamespace in ('catalog'::regnamespace, 'search'::regnamespace, 'public'::regnamespace)
      and relkind in ('r', 'p', 'v', 'm') and pg_has_role(relowner, 'usage')
  loop
    execute format('grant select on %s to hubdex_readers', relation);
  end loop;
end
$do$`

const GRANTS = [
  'grant usage on schema catalog, search to hubdex_readers',
  GRANT_SELECT,
  // For tables of later migrations.
  'alter default privileges in schema catalog, search, public grant select on tables to hubdex_readers',
  // The function belongs to hubdex_reader, which may use the schema only while it grants.
  'grant usage on schema catalog to hubdex_reader',
  'set local role hubdex_reader',
  'grant execute on function catalog.run_query to hubdex_readers',
  'reset role',
  'revoke usage on schema catalog from hubdex_reader',
]
