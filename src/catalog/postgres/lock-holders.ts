import { type Kysely, sql } from 'kysely'
import { sqlState } from './sql-state.ts'

/** A session of the database server. Values that this login may not see are null. */
interface Session {
  pid: number
  login: string | null
  application: string | null
  state: string | null
  since: Date | null
}

/** Other sessions have blocked the catalog for too long. */
export class CatalogLocked extends Error {
  override readonly name = 'CatalogLocked'
}

export function isLockTimeout(error: unknown): boolean {
  return sqlState(error) === '55P03'
}

/** Limits each wait for a lock during this transaction. */
export async function waitForTables<Tables>(transaction: Kysely<Tables>, waitMs: number): Promise<void> {
  await sql.raw(`set local lock_timeout = ${waitMs}`).execute(transaction)
}

/** Describes the sessions whose open transactions have used the catalog, oldest first. */
export async function describeTransactions<Tables>(db: Kysely<Tables>): Promise<string> {
  const { rows } = await sql<Session>`
    select a.pid, a.usename as login, a.application_name as application, a.state, a.xact_start as since
    from pg_stat_activity a
    where a.pid <> pg_backend_pid() and a.pid in (
      select l.pid from pg_locks l join pg_class c on c.oid = l.relation
      where l.database = (select oid from pg_database where datname = current_database()) and l.granted
        and c.relnamespace::regnamespace::text in ('catalog', 'search', 'public'))
    order by a.xact_start nulls last limit 5`.execute(db)
  return describe(rows, 'Open transactions have read or written the catalog: ')
}

/** Describes the sessions that have locked rows of `catalog.locks`: `xmax` of the row is the transaction. */
export async function describeHolder<Tables>(db: Kysely<Tables>, locks: readonly string[]): Promise<string> {
  const { rows } = await sql<Session>`
    select a.pid, a.usename as login, a.application_name as application, a.state, a.xact_start as since
    from catalog.locks k join pg_locks l on l.transactionid = k.xmax and l.granted and l.mode = 'ExclusiveLock'
      join pg_stat_activity a on a.pid = l.pid
    where k.name = any(${[...locks]}::text[])`.execute(db)
  return describe(rows, 'It is held by ')
}

function describe(sessions: readonly Session[], introduction: string): string {
  const [first] = sessions
  if (first === undefined) return 'It is free now: try again.'
  const advice = `Wait for them to end, or end one by \`select pg_terminate_backend(${first.pid})\`, then try again.`
  return `${introduction}${sessions.map(describeSession).join('; ')}. ${advice}`
}

function describeSession({ pid, login, application, state, since }: Session): string {
  const details = [application, state, since === null ? undefined : `since ${since.toISOString()}`]
  return `${login ?? 'a login'} (pid ${[pid, ...details.filter(Boolean)].join(', ')})`
}
