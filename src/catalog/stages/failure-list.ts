import { type Kysely, sql } from 'kysely'
import type { RepoKind } from '../../hub/kinds.ts'
import type { Database } from '../schema.ts'
import type { FailureFilter } from './failures.ts'

/** One failure as it is kept. */
export interface KeptFailure {
  task: string
  kind: RepoKind
  hubId: string
  /** Present name; null where the repo is not known. */
  id: string | null
  cause: string
  status: number | null
  attempts: number
  answer: string | null
  firstFailedAt: Date
  failedAt: Date
  retryAt: Date
}

/** Failures one by one, the latest first. */
export async function keptFailures(
  db: Kysely<Database>,
  { cause, task }: FailureFilter,
  limit: number,
): Promise<KeptFailure[]> {
  const { rows } = await sql<KeptFailure>`
    select f.task, f.kind, f.hub_id as "hubId", r.id, f.cause, f.status, f.attempts, f.answer,
      f.first_failed_at as "firstFailedAt", f.failed_at as "failedAt", f.retry_at as "retryAt"
    from catalog.failures f left join catalog.repos r on r.hub_id = f.hub_id
    where (${cause ?? null}::text is null or f.cause = ${cause ?? null})
      and (${task ?? null}::text is null or f.task = ${task ?? null})
    order by f.failed_at desc, f.task, f.hub_id limit ${limit}`.execute(db)
  return rows
}
