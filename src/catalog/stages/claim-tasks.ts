import { type Kysely, sql } from 'kysely'
import type { Database, Stage } from '../schema.ts'
import type { StageTask } from './stage-data.ts'
import { IS_CURRENT, IS_WAITING, STAGE_KINDS } from './stage-due.ts'
import { type StageWeights, stageScoreSql } from './stage-order.ts'

/**
 * Claims the due and unclaimed tasks of a stage with the highest scores. Returns none only if none is due: if another process
 * has claimed the same tasks at the same time, this one picks again.
 */
export async function claimTasks(
  db: Kysely<Database>,
  stage: Stage,
  most: number,
  leaseOwner: string,
  weights: StageWeights,
): Promise<StageTask[]> {
  for (;;) {
    const { rows } = await claimOnce(db, stage, most, leaseOwner, weights)
    const claimed = rows.filter((row) => row.is_mine)
    if (claimed.length > 0 || rows.length === 0) {
      const tasks = claimed.map(({ hub_id, is_mine: _, ...repo }) => ({ stage, hubId: hub_id, ...repo }))
      // A task that may end its process comes first: tasks in flight at that time would become suspects, too.
      return tasks.toSorted((a, b) => b.deaths - a.deaths)
    }
  }
}

/** Claims the task of one repo. Undefined if it is not due or already claimed. */
export async function claimTask(
  db: Kysely<Database>,
  stage: Stage,
  hubId: string,
  leaseOwner: string,
): Promise<StageTask | undefined> {
  const { rows } = await sql<Omit<DueRow, 'is_mine'>>`
    with due as (
      select r.hub_id, r.kind, r.id, r.sha, r.gated, ${deathsOf(stage)} as deaths ${fromDue(stage)} and r.hub_id = ${hubId}
    ),
    claimed as (
      insert into catalog.stage_claims (stage, hub_id, lease_owner) select ${stage}, hub_id, ${leaseOwner} from due
      on conflict do nothing returning hub_id
    )
    select due.* from due join claimed using (hub_id)`.execute(db)
  return rows.map(({ hub_id, ...repo }) => ({ stage, hubId: hub_id, ...repo }))[0]
}

export interface PlannedTask {
  hubId: string
  /** See `stageScore`. */
  score: number
}

/** The due and unclaimed tasks of a stage, highest score first, to be claimed one by one. */
export async function planTasks(
  db: Kysely<Database>,
  stage: Stage,
  most: number,
  weights: StageWeights,
): Promise<PlannedTask[]> {
  const { rows } = await sql<PlannedTask>`
    select hub_id as "hubId", score from (${scoredDue(stage, weights)}) as due order by score desc, hub_id limit ${most}`.execute(
    db,
  )
  return rows
}

type DueRow = Pick<StageTask, 'kind' | 'id' | 'sha' | 'gated' | 'deaths'> & { hub_id: string; is_mine: boolean }

async function claimOnce(db: Kysely<Database>, stage: Stage, most: number, leaseOwner: string, weights: StageWeights) {
  return await sql<DueRow>`
    with due as (
      select * from (${scoredDue(stage, weights)}) as scored order by score desc, hub_id limit ${most}
    ), claimed as (
      insert into catalog.stage_claims (stage, hub_id, lease_owner) select ${stage}, hub_id, ${leaseOwner} from due
      on conflict do nothing returning hub_id
    )
    select due.hub_id, due.kind, due.id, due.sha, due.gated, claimed.hub_id is not null as is_mine,
      ${deathsOf(stage, 'due')} as deaths
    from due left join claimed on claimed.hub_id = due.hub_id
    order by due.score desc, due.hub_id`.execute(db)
}

function scoredDue(stage: Stage, weights: StageWeights) {
  return sql`
    select n.hub_id, n.kind, n.id, n.sha, n.gated, ${sql.raw(stageScoreSql(weights))} as score
    from (
      select r.hub_id, r.kind, r.id, r.sha, r.gated, c.downloads, c.likes, c.trending_score, s.hub_id is null as is_first_time,
        extract(epoch from now() - ${sql.raw(DUE_SINCE)}) / 86400 as age_days
      ${fromDue(stage)}
    ) n`
}

function fromDue(stage: Stage) {
  return sql`
    from catalog.repos r
    left join catalog.repo_counters c on c.hub_id = r.hub_id
    left join catalog.repo_stages s on s.hub_id = r.hub_id and s.stage = ${stage}
    where r.kind = any(${[...STAGE_KINDS[stage]]}::text[]) and r.removed_at is null and not r.disabled
      and not ${sql.raw(IS_CURRENT)}
      and not exists (
        select from catalog.failures f where f.task = ${stage} and f.hub_id = r.hub_id and ${sql.raw(IS_WAITING)})
      and not exists (select from catalog.stage_claims k where k.stage = ${stage} and k.hub_id = r.hub_id)`
}

/** How many processes have died during the task. */
function deathsOf(stage: Stage, repo: 'r' | 'due' = 'r') {
  return sql`coalesce((
    select f.attempts from catalog.failures f
    where f.task = ${stage} and f.hub_id = ${sql.ref(`${repo}.hub_id`)} and f.cause = 'process-died'), 0)`
}

/** When the commit changed according to the Hub, but never before the last completed run: the Hub's clock may be wrong. */
const DUE_SINCE = `case when s.hub_id is null then r.first_seen_at
  when s.sha is not distinct from r.sha and s.recheck_at is not null then s.recheck_at
  else greatest(s.done_at, least(coalesce(r.last_modified, r.changed_at), now())) end`

/** Records that a claimed task begins, which fails it if this process dies. Returns false if the claim was lost. */
export async function beginTask(
  db: Kysely<Database>,
  { stage, hubId }: Pick<StageTask, 'stage' | 'hubId'>,
  leaseOwner: string,
): Promise<boolean> {
  const { numAffectedRows } = await sql`
    update catalog.stage_claims set begun_at = now()
    where stage = ${stage} and hub_id = ${hubId} and lease_owner = ${leaseOwner}`.execute(db)
  return numAffectedRows === 1n
}
