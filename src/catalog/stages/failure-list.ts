import { type Kysely, sql } from 'kysely'
import type { CatalogKind } from '../../hub/kinds.ts'
import type { Database } from '../schema.ts'
import type { FailureFilter } from './failures.ts'

export interface ListedFailure {
  task: string
  kind: CatalogKind
  hubId: string
  /** Current name; null if the repo is not in the catalog. */
  id: string | null
  cause: string
  status: number | null
  attempts: number
  answer: string | null
  firstFailedAt: Date
  failedAt: Date
  retryAt: Date
}

/** Single failures, newest first. */
export async function listFailures(
  db: Kysely<Database>,
  { cause, task }: FailureFilter,
  limit: number,
): Promise<ListedFailure[]> {
  const { rows } = await sql<ListedFailure>`
    select f.task, f.kind, f.hub_id as "hubId", r.id, f.cause, f.status, f.attempts, f.answer,
      f.first_failed_at as "firstFailedAt", f.failed_at as "failedAt", f.retry_at as "retryAt"
    from catalog.failures f left join catalog.repos r on r.hub_id = f.hub_id
    where (${cause ?? null}::text is null or f.cause = ${cause ?? null})
      and (${task ?? null}::text is null or f.task = ${task ?? null})
    order by f.failed_at desc, f.task, f.hub_id limit ${limit}`.execute(db)
  return rows
}
