import { type Kysely, sql } from 'kysely'
import type { CatalogKind } from '../../hub/kinds.ts'
import type { Database } from '../schema.ts'
import type { FailureCause, FailureReport } from './failure-cause.ts'

/** A task on one repo that is out of retries. */
export interface FailedTask extends FailureReport {
  /** Name of a stage or of another task on one repo. */
  task: string
  hubId: string
  kind: CatalogKind
  /** Commit of the task, if it was about one. */
  sha?: string | null
}

/** Failures of one task and cause. */
export interface FailureGroup {
  task: string
  cause: FailureCause
  failures: number
  /** The highest number of attempts among them. */
  attempts: number
  /** HTTP status of the newest. */
  status: number | null
  /** Name of the repo of the newest, if it is in the catalog. */
  example: string | null
  /** Last answer of the newest. */
  answer: string | null
  firstFailedAt: Date
  failedAt: Date
  /** The earliest retry. */
  retryAt: Date
}

/** Restricts failures to a cause, a task or both. */
export interface FailureFilter {
  cause?: FailureCause | undefined
  task?: string | undefined
}

/**
 * Records a failure. The first failure of a commit is retried after two hours. Each further one doubles the wait, up to thirty
 * days, so permanent failures cost little. Ten percent of jitter spreads the retries of tasks that failed together.
 *
 * @param atOnce how many failures in a row are retried without a wait
 */
export async function recordFailure(db: Kysely<Database>, failed: FailedTask, atOnce = 0): Promise<void> {
  await recordFailures(db, [failed], atOnce)
}

/** As `recordFailure`, for several tasks. Deaths of processes and other failures are counted separately. */
export async function recordFailures(db: Kysely<Database>, failed: readonly FailedTask[], atOnce = 0): Promise<void> {
  const attempts = sql`case when f.sha is not distinct from excluded.sha
    and (f.cause = 'process-died') = (excluded.cause = 'process-died') then f.attempts + 1 else 1 end`
  await sql`
    insert into catalog.failures as f (task, hub_id, kind, sha, cause, status, answer, retry_at)
    select task, hub_id, kind, sha, cause, status, answer, now() + ${delayAfter(sql`1`, atOnce)}
    from unnest(${failed.map(({ task }) => task)}::text[], ${failed.map(({ hubId }) => hubId)}::text[],
      ${failed.map(({ kind }) => kind)}::text[], ${failed.map(({ sha }) => sha ?? null)}::text[],
      ${failed.map(({ cause }) => cause)}::text[], ${failed.map(({ status }) => status)}::integer[],
      ${failed.map(({ answer }) => answer)}::text[]) as given (task, hub_id, kind, sha, cause, status, answer)
    on conflict (task, hub_id) do update set kind = excluded.kind, sha = excluded.sha, cause = excluded.cause,
      status = excluded.status, answer = excluded.answer, attempts = ${attempts}, failed_at = now(),
      retry_at = now() + ${delayAfter(attempts, atOnce)}`.execute(db)
}

function delayAfter(attempts: ReturnType<typeof sql>, atOnce: number) {
  const hours = sql`least(2 ^ least(${attempts} - ${atOnce}::integer, 30), 720) * (0.9 + 0.1 * random())`
  return sql`(case when ${attempts} > ${atOnce}::integer then ${hours} else 0 end) * interval '1 hour'`
}

/** Deletes the failure of a task that has succeeded. */
export async function resolveFailure(db: Kysely<Database>, task: string, hubId: string): Promise<void> {
  await db.deleteFrom('catalog.failures').where('task', '=', task).where('hub_id', '=', hubId).execute()
}

/** Makes failures due now, and returns how many. Their rows stay until the tasks succeed. */
export async function retryFailures(db: Kysely<Database>, { cause, task }: FailureFilter = {}): Promise<number> {
  const { numUpdatedRows } = await db
    .updateTable('catalog.failures')
    .set({ retry_at: sql<Date>`now()` })
    .where(sql<boolean>`(${cause ?? null}::text is null or cause = ${cause ?? null})`)
    .where(sql<boolean>`(${task ?? null}::text is null or task = ${task ?? null})`)
    .executeTakeFirst()
  return Number(numUpdatedRows)
}

/** All failures grouped by task and cause, largest group first. */
export async function failureGroups(db: Kysely<Database>): Promise<FailureGroup[]> {
  const { rows } = await sql<FailureGroup>`
    select f.task, f.cause, count(*)::int as failures, max(f.attempts) as attempts,
      (array_agg(f.status order by f.failed_at desc))[1] as status,
      (array_agg(r.id order by f.failed_at desc))[1] as example,
      (array_agg(f.answer order by f.failed_at desc))[1] as answer,
      min(f.first_failed_at) as "firstFailedAt", max(f.failed_at) as "failedAt", min(f.retry_at) as "retryAt"
    from catalog.failures f left join catalog.repos r on r.hub_id = f.hub_id
    group by f.task, f.cause order by failures desc, f.task, f.cause`.execute(db)
  return rows
}
