import { type Kysely, sql } from 'kysely'
import type { RepoKind } from '../../hub/kinds.ts'
import type { Database, Stage } from '../schema.ts'
import { DEATHS_AT_ONCE, PROCESS_DIED } from './failure-cause.ts'
import { recordFailures } from './failures.ts'

/**
 * Within the transaction that deletes dead owners and their claims: records the tasks that they had begun as failures, because
 * one of them may have ended its process. A claim that was not begun is no failure. The failure applies to any commit: an
 * author who can end a process can also push commits. Repos are locked before claims, as in every transaction that ends a task.
 */
export async function failBegunTasks(db: Kysely<Database>, owners: readonly string[]): Promise<void> {
  await sql`lock table catalog.repos in row exclusive mode`.execute(db)
  const { rows: begun } = await sql<{ task: Stage; hubId: string; kind: RepoKind }>`
    select k.stage as task, r.hub_id as "hubId", r.kind
    from catalog.repos r join catalog.stage_claims k on k.hub_id = r.hub_id
    where k.lease_owner = any(${[...owners]}::text[]) and k.begun_at is not null and r.removed_at is null
    order by r.hub_id for share of r`.execute(db)
  await recordFailures(
    db,
    begun.map((task) => ({ ...task, ...PROCESS_DIED })),
    DEATHS_AT_ONCE,
  )
}
