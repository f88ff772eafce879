import { type Kysely, type RawBuilder, sql } from 'kysely'
import type { RepoKind } from '../../hub/kinds.ts'
import type { Database, PassKind } from '../schema.ts'
import type { FailureReport } from '../stages/failure-cause.ts'
import { recordFailure, resolveFailure } from '../stages/failures.ts'
import type { OpenGap, PassGap, PassHold, RepoPlace } from './pass.ts'

/** As failures of a list are called. There is one for each kind. */
const TASK = 'listing'

/** Turns a full pass round at a page that never answers well: what it was, and the walk from the other end, in one step. */
export async function openGap(
  db: Kysely<Database>,
  { passId, leaseOwner }: PassHold,
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

/** Turns a pass round again, to the page where it was before `openGap`: it cannot be stepped over. */
export async function dropGap(db: Kysely<Database>, { passId, leaseOwner }: PassHold): Promise<void> {
  await sql`
    with dropped as (delete from catalog.pass_gaps where pass_id = ${passId} and not is_closed returning *)
    update catalog.passes p
    set cursor = d.cursor, last_created_at = d.after_created_at, last_id = d.after_id, is_ordered = true
    from dropped d where p.pass_id = d.pass_id and p.lease_owner = ${leaseOwner}`.execute(db)
}

/** Within a transaction: the walk has met the stretch from the other side, too. From now on nothing in it is concluded. */
export async function closeGap(db: Kysely<Database>, passId: string): Promise<PassGap> {
  await sql`
    update catalog.pass_gaps g set before_created_at = p.last_created_at, before_id = p.last_id, is_closed = true
    from catalog.passes p where p.pass_id = g.pass_id and p.pass_id = ${passId}`.execute(db)
  const [gap] = await gapsOf(db, passId)
  if (gap === undefined) throw new Error(`Pass ${passId} has no stretch to step over.`)
  return gap
}

/** Within a transaction, with the last step of a full pass: keeps the stretch as a failure, or forgets that there was one. */
export async function settleGap(db: Kysely<Database>, passId: string, kind: PassKind): Promise<void> {
  await db.deleteFrom('catalog.pass_gaps').where('pass_id', '=', passId).where('is_closed', '=', false).execute()
  const [gap] = await gapsOf(db, passId)
  if (gap === undefined) return await resolveFailure(db, TASK, kind)
  const { cause, status } = gap as PassGap & FailureReport
  await recordFailure(db, { task: TASK, hubId: kind, kind: kind as RepoKind, cause, status, answer: gapText(gap) })
  // Every full pass tries again.
  await sql`update catalog.failures set retry_at = now() where task = ${TASK} and hub_id = ${kind}`.execute(db)
}

/** Stretches that a pass has stepped over. */
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

/** The stretch that a pass has met from one side only. */
export async function openGapOf(db: Kysely<Database>, passId: string): Promise<OpenGap | null> {
  const row = await db
    .selectFrom('catalog.pass_gaps')
    .selectAll()
    .where('pass_id', '=', passId)
    .where('is_closed', '=', false)
    .executeTakeFirst()
  return row === undefined ? null : { after: placeOf(row.after_created_at, row.after_id), reason: row.answer }
}

/**
 * A condition on `r`, a repo: whether the pass may have missed it for a stretch that it did not read. Of repos without a
 * createdAt nobody can tell.
 */
export async function isInGap(db: Kysely<Database>, passId: string): Promise<RawBuilder<boolean>> {
  const gap = await db.selectFrom('catalog.pass_gaps').selectAll().where('pass_id', '=', passId).executeTakeFirst()
  if (gap === undefined) return sql<boolean>`false`
  if (!gap.is_closed) return sql<boolean>`r.created_at is null`
  return sql<boolean>`(r.created_at is null or r.created_at between coalesce(${gap.after_created_at}, '-infinity'::timestamptz)
    and coalesce(${gap.before_created_at}, 'infinity'::timestamptz))`
}

/** A stretch in a sentence. */
export function gapText({ after, before, reason }: PassGap): string {
  const from = after === null ? 'the beginning of the list' : placeText(after)
  const to = before === null ? 'its end' : placeText(before)
  return `The list was not read from ${from} to ${to}: ${reason ?? 'no reason is known.'}`
}

function placeText({ createdAt, id }: RepoPlace): string {
  return id === null ? createdAt : `${createdAt} (${id.slice(0, 200)})`
}

function placeOf(createdAt: Date | null, id: string | null): RepoPlace | null {
  return createdAt === null ? null : { createdAt: createdAt.toISOString(), id }
}
