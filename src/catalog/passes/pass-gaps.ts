import { type Kysely, type RawBuilder, sql } from 'kysely'
import type { RepoKind } from '../../hub/kinds.ts'
import type { Database, PassKind } from '../schema.ts'
import type { FailureReport } from '../stages/failure-cause.ts'
import { recordFailure, resolveFailure } from '../stages/failures.ts'
import type { OpenGap, PassGap, PassLease, RepoPlace } from './pass.ts'

/** The task name of failures to read a list. There is one failure per kind. */
const TASK = 'listing'

/** Records the page at which a full pass failed repeatedly, and restarts the walk from the other end of the list. */
export async function openGap(
  db: Kysely<Database>,
  { passId, leaseOwner }: PassLease,
  { cause, status, answer }: FailureReport,
  requests: number,
): Promise<void> {
  await sql`
    with turned as (
      update catalog.passes p set cursor = null, last_created_at = null, last_id = null, requests = p.requests + ${requests}
      from (select * from catalog.passes where pass_id = ${passId}) as before
      where p.pass_id = before.pass_id and p.lease_owner = ${leaseOwner} and p.state = 'running'
      returning before.pass_id, before.cursor, before.last_created_at, before.last_id
    )
    insert into catalog.pass_gaps (pass_id, cursor, after_created_at, after_id, cause, status, answer)
    select turned.*, ${cause}, ${status}, ${answer} from turned
    on conflict do nothing`.execute(db)
}

/** Returns a pass to the page where it was before `openGap`, because the gap cannot be skipped. */
export async function dropGap(db: Kysely<Database>, { passId, leaseOwner }: PassLease): Promise<void> {
  await sql`
    with dropped as (delete from catalog.pass_gaps where pass_id = ${passId} and not is_closed returning *)
    update catalog.passes p
    set cursor = d.cursor, last_created_at = d.after_created_at, last_id = d.after_id, is_ordered = true
    from dropped d where p.pass_id = d.pass_id and p.lease_owner = ${leaseOwner}`.execute(db)
}

/** Within a transaction: records that the walk has reached the gap from the other side, too. */
export async function closeGap(db: Kysely<Database>, passId: string): Promise<PassGap> {
  await sql`
    update catalog.pass_gaps g set before_created_at = p.last_created_at, before_id = p.last_id, is_closed = true
    from catalog.passes p where p.pass_id = g.pass_id and p.pass_id = ${passId}`.execute(db)
  const [gap] = await gapsOf(db, passId)
  if (gap === undefined) throw new Error(`Pass ${passId} has no gap to close.`)
  return gap
}

/** Within a transaction, at the end of a full pass: records its gap as a failure, or resolves an earlier failure. */
export async function recordGap(db: Kysely<Database>, passId: string, kind: PassKind): Promise<void> {
  await db.deleteFrom('catalog.pass_gaps').where('pass_id', '=', passId).where('is_closed', '=', false).execute()
  const [gap] = await gapsOf(db, passId)
  if (gap === undefined) return await resolveFailure(db, TASK, kind)
  const { cause, status } = gap as PassGap & FailureReport
  await recordFailure(db, { task: TASK, hubId: kind, kind: kind as RepoKind, cause, status, answer: gapText(gap) })
  // Due at once: every full pass retries it.
  await sql`update catalog.failures set retry_at = now() where task = ${TASK} and hub_id = ${kind}`.execute(db)
}

/** Gaps that a pass has skipped. */
export async function gapsOf(db: Kysely<Database>, passId: string): Promise<PassGap[]> {
  const rows = await db.selectFrom('catalog.pass_gaps').selectAll().where('pass_id', '=', passId).execute()
  return rows
    .filter((row) => row.is_closed)
    .map(({ cause, status, answer: reason, ...row }) => ({
      after: placeOf(row.after_created_at, row.after_id),
      before: placeOf(row.before_created_at, row.before_id),
      ...{ cause, status, reason },
    }))
}

/** The gap that a pass has reached from one side only. */
export async function openGapOf(db: Kysely<Database>, passId: string): Promise<OpenGap | null> {
  const row = await db
    .selectFrom('catalog.pass_gaps')
    .selectAll()
    .where('pass_id', '=', passId)
    .where('is_closed', '=', false)
    .executeTakeFirst()
  return row === undefined ? null : { after: placeOf(row.after_created_at, row.after_id), reason: row.answer }
}

/** A SQL condition on a repo `r`: whether the pass may have missed it because of a gap. Without createdAt it may. */
export async function isInGap(db: Kysely<Database>, passId: string): Promise<RawBuilder<boolean>> {
  const gap = await db.selectFrom('catalog.pass_gaps').selectAll().where('pass_id', '=', passId).executeTakeFirst()
  if (gap === undefined) return sql<boolean>`false`
  if (!gap.is_closed) return sql<boolean>`r.created_at is null`
  return sql<boolean>`(r.created_at is null or r.created_at between coalesce(${gap.after_created_at}, '-infinity'::timestamptz)
    and coalesce(${gap.before_created_at}, 'infinity'::timestamptz))`
}

/** A gap in a sentence. */
export function gapText({ after, before, reason }: PassGap): string {
  const from = after === null ? 'the beginning of the list' : placeText(after)
  const to = before === null ? 'its end' : placeText(before)
  return `The list was not read from ${from} to ${to}. ${reason ?? 'The reason is unknown.'}`
}

function placeText({ createdAt, id }: RepoPlace): string {
  return id === null ? createdAt : `${createdAt} (${id.slice(0, 200)})`
}

function placeOf(createdAt: Date | null, id: string | null): RepoPlace | null {
  return createdAt === null ? null : { createdAt: createdAt.toISOString(), id }
}
