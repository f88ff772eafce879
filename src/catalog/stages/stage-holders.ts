import { type Kysely, sql, type Transaction } from 'kysely'
import type { RepoKind } from '../../hub/kinds.ts'
import { DEATHS_AT_ONCE, PROCESS_DIED } from '../failure-cause.ts'
import { recordFailures } from '../failures.ts'
import type { HolderCheck } from '../holder.ts'
import type { Database, Stage } from '../schema.ts'

/** Says that this process lives, and voids the claims of those that do not. */
export async function keepHolder(db: Kysely<Database>, { holder, isDead, staleAfterMs }: HolderCheck): Promise<void> {
  await sql`
    insert into catalog.stage_holders (holder) values (${holder})
    on conflict (holder) do update set heartbeat_at = now()`.execute(db)
  const { rows: others } = await sql<{ holder: string; isStale: boolean }>`
    select holder, heartbeat_at < now() - ${staleAfterMs} * interval '1 millisecond' as "isStale"
    from catalog.stage_holders where holder <> ${holder}`.execute(db)
  const dead = others.filter((other) => isDead(other.holder) === true).map((other) => other.holder)
  if (dead.length === 0 && !others.some(({ isStale }) => isStale)) return
  await db.transaction().execute(async (transaction) => {
    // Whoever else looks at the same moment leaves them to this one, and a sign of life comes before or after.
    const { rows } = await sql<{ holder: string }>`
      select holder from catalog.stage_holders where holder <> ${holder}
        and (holder = any(${dead}::text[]) or heartbeat_at < now() - ${staleAfterMs} * interval '1 millisecond')
      for update skip locked`.execute(transaction)
    await buryHolders(
      transaction,
      rows.map((row) => row.holder),
    )
  })
}

/**
 * Tasks that a dead process had begun count as failed, since one of them may have ended it; tasks that only waited there do
 * not. The failure holds at any commit: an author who can end a process can also push commits. Repos are locked
 * before claims, as wherever the end of a task is written.
 */
async function buryHolders(db: Transaction<Database>, holders: readonly string[]): Promise<void> {
  await sql`lock table catalog.repos in row exclusive mode`.execute(db)
  const { rows: begun } = await sql<{ task: Stage; hubId: string; kind: RepoKind }>`
    select k.stage as task, r.hub_id as "hubId", r.kind
    from catalog.repos r join catalog.stage_claims k on k.hub_id = r.hub_id
    where k.holder = any(${[...holders]}::text[]) and k.begun_at is not null and r.removed_at is null
    order by r.hub_id for share of r`.execute(db)
  await recordFailures(
    db,
    begun.map((task) => ({ ...task, ...PROCESS_DIED })),
    DEATHS_AT_ONCE,
  )
  // Their claims go with them.
  await sql`delete from catalog.stage_holders where holder = any(${[...holders]}::text[])`.execute(db)
}

/** Gives back every claim of this process. */
export async function releaseHolder(db: Kysely<Database>, holder: string): Promise<void> {
  await db.deleteFrom('catalog.stage_holders').where('holder', '=', holder).execute()
}
