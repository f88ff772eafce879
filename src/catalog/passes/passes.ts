import { type Kysely, sql } from 'kysely'
import { LeaseLost, type LeaseOwner } from '../processes/lease-owner.ts'
import { isLeasedByOther } from '../processes/processes.ts'
import { foldTotals } from '../repos/totals.ts'
import type { Database, PassKind, PassState } from '../schema.ts'
import { DEATHS_AT_ONCE, type FailureReport } from '../stages/failure-cause.ts'
import { claimHub } from './hub-endpoint.ts'
import type {
  OpenPass,
  PageCounts,
  PassCounts,
  PassIdentity,
  PassLease,
  PassLeased,
  PassRecord,
  PassResting,
  SweepCounts,
  Watermarks,
} from './pass.ts'
import { closeGap, gapsOf, gapText, openGapOf, recordGap } from './pass-gaps.ts'
import { type PassNote, passNote } from './pass-note.ts'
import { collectMissing, recordSeenIds } from './removals.ts'
import { resolveNames } from './unresolved.ts'

/**
 * Begins a pass, or resumes the unfinished one of the same kind, scope and endpoint. A pass whose owner died is taken over; a
 * pass of a living owner is not. If several owners have died at the same page, the pass waits before the next try: two hours,
 * doubling each time, up to thirty days.
 *
 * @throws OtherHub if the catalog is not bound to the Hub at this endpoint
 */
export async function openPass(
  db: Kysely<Database>,
  identity: PassIdentity,
  owner: LeaseOwner,
): Promise<OpenPass | PassLeased | PassResting> {
  return await db.transaction().execute(async (transaction) => {
    await claimHub(transaction, identity.endpoint)
    await transaction
      .insertInto('catalog.passes')
      .values({ ...identity, state: 'interrupted' })
      .onConflict((conflict) => conflict.columns(['kind', 'scope', 'endpoint']).where('state', '<>', 'complete').doNothing())
      .execute()
    const found = await transaction
      .selectFrom('catalog.passes')
      .selectAll()
      .select(sql<Date>`now()`.as('now'))
      .where('kind', '=', identity.kind)
      .where('scope', '=', identity.scope)
      .where('endpoint', '=', identity.endpoint)
      .where('state', '<>', 'complete')
      .forUpdate()
      .executeTakeFirstOrThrow()
    const { deaths, lease_owner: leasedBy } = found
    if (leasedBy !== null && (await isLeasedByOther(transaction, leasedBy, owner))) return { leasedBy }
    const restsUntil = restOf(deaths, found.begun_at)
    const isResting = restsUntil > found.now
    await transaction
      .updateTable('catalog.passes')
      .set(
        isResting
          ? { state: 'failed', lease_owner: null, ...errorColumns(restNote(deaths, restsUntil)) }
          : { state: 'running', lease_owner: owner.name, ...errorColumns(null) },
      )
      .where('pass_id', '=', found.pass_id)
      .execute()
    if (isResting) return { passId: found.pass_id, deaths, restsUntil }
    return {
      passId: found.pass_id,
      leaseOwner: owner.name,
      kind: found.kind,
      scope: found.scope,
      cursor: found.cursor,
      lastCreatedAt: found.last_created_at?.toISOString() ?? null,
      lastId: found.last_id,
      isOrdered: found.is_ordered,
      gap: await openGapOf(transaction, found.pass_id),
      modifiedUntil: found.modified_until?.toISOString() ?? null,
      deaths,
      resumed: Number(found.pages) > 0,
      ...countsOf(found),
    }
  })
}

const HOUR_MS = 3_600_000

/** Until when a pass waits after this many deaths, the last of them at a page that was begun at `begunAt`. */
function restOf(deaths: number, begunAt: Date | null): Date {
  if (deaths <= DEATHS_AT_ONCE || begunAt === null) return new Date(0)
  return new Date(begunAt.getTime() + Math.min(2 ** (deaths - DEATHS_AT_ONCE), 720) * HOUR_MS)
}

function restNote(deaths: number, restsUntil: Date): PassNote {
  const text =
    `${deaths} processes in a row ended while they read the next page of this pass: they ran out of memory, crashed or were ` +
    `killed. The page is retried after ${restsUntil.toISOString()}.`
  return { code: 'process-died', text }
}

/** The position of a pass. Cursors are URLs as the Hub linked them, null before the first page. */
export interface PassPosition {
  /** The cursor before this step: a page that is written again because its commit was in doubt counts once. */
  previousCursor: string | null
  cursor: string | null
  /** Whether this is the last step. */
  isLast: boolean
  /** Set with the last step of a recent pass. */
  watermarks?: Watermarks
  /** createdAt of the last repo so far, ISO 8601. */
  lastCreatedAt: string | null
  /** Id of that repo. */
  lastId?: string | null
  /** False once the list has shown a repo without a known place in the order. */
  isOrdered?: boolean
  note: PassNote | null
}

/** One step of a pass: from one cursor to the next, with what was found between them. */
export interface PassStep extends PassPosition, PageCounts {
  /** Every repo that the Hub showed, by hub id. */
  seenIds: readonly string[]
}

/**
 * Adds a page to the pass, within the transaction that writes the page. After the last page of a full pass over a listing it
 * collects the repos that the pass has missed.
 *
 * @returns the counts of the pass including this page
 * @throws LeaseLost if another process has taken over the pass
 */
export async function advancePass(db: Kysely<Database>, lease: PassLease, step: PassStep): Promise<PassCounts> {
  const advanced = await db
    .updateTable('catalog.passes')
    .set({
      cursor: step.isLast ? null : step.cursor,
      pages: sql`pages + 1`,
      repos: sql`repos + ${step.repos}`,
      inserted: sql`inserted + ${step.inserted}`,
      updated: sql`updated + ${step.updated}`,
      unchanged: sql`unchanged + ${step.unchanged}`,
      rejected: sql`rejected + ${step.rejected}`,
      requests: sql`requests + ${step.requests}`,
      last_created_at: step.lastCreatedAt,
      last_id: step.lastId ?? null,
      is_ordered: sql<boolean>`is_ordered and ${step.isOrdered ?? true}`,
      // The next page is begun.
      begun_at: sql`now()`,
      deaths: step.isLast ? 0 : 1,
      state: step.isLast ? 'complete' : 'running',
      finished_at: step.isLast ? sql`now()` : null,
      ...(step.note === null ? {} : noteColumns(step.note)),
      ...(step.watermarks === undefined ? {} : watermarkColumns(step.watermarks)),
    })
    .where('pass_id', '=', lease.passId)
    .where('lease_owner', '=', lease.leaseOwner)
    .where('state', '=', 'running')
    .where(sql<boolean>`cursor is not distinct from ${step.previousCursor}`)
    .returningAll()
    .executeTakeFirst()
  if (advanced === undefined) return await countedBefore(db, lease, step)
  if (lease.scope === 'recent') await resolveNames(db, step.seenIds)
  if (lease.scope === 'full' && lease.kind !== 'tags') {
    await recordSeenIds(db, lease.passId, step.seenIds)
    if (step.isLast) await concludePass(db, lease)
  }
  return countsOf(advanced)
}

async function concludePass(db: Kysely<Database>, { passId, kind }: PassLease): Promise<void> {
  await collectMissing(db, passId)
  await recordGap(db, passId, kind)
  await foldTotals(db)
}

/**
 * Ends a full pass whose walk from the other end has also failed at a page: it is complete except for the gap in between.
 *
 * @throws LeaseLost if another process has taken over the pass
 */
export async function endAtGap(
  db: Kysely<Database>,
  lease: PassLease,
  { answer }: FailureReport,
  requests: number,
): Promise<void> {
  await db.transaction().execute(async (transaction) => {
    const gap = await closeGap(transaction, lease.passId)
    const reason = gap.reason === answer ? '' : ` From the other side: ${answer}`
    const text =
      `Complete except for a gap that failed every time. ${gapText(gap)}${reason} No repo in the gap was removed; the next ` +
      'full pass retries it.'
    const { numUpdatedRows } = await transaction
      .updateTable('catalog.passes')
      .set({
        state: 'complete',
        cursor: null,
        ...noteColumns({ code: 'gap', text }),
        finished_at: sql`now()`,
        deaths: 0,
        requests: sql`requests + ${requests}`,
      })
      .where('pass_id', '=', lease.passId)
      .where('lease_owner', '=', lease.leaseOwner)
      .where('state', '=', 'running')
      .executeTakeFirst()
    if (numUpdatedRows > 0n) return await concludePass(transaction, lease)
    // An earlier commit that was in doubt has succeeded.
    const { state } = await readPass(transaction, lease.passId)
    if (state !== 'complete') throw takenOver(lease)
  })
}

/** The counts of a pass that has this page already, because an earlier commit that was in doubt has succeeded. */
async function countedBefore(db: Kysely<Database>, lease: PassLease, step: PassStep): Promise<PassCounts> {
  const found = await db.selectFrom('catalog.passes').selectAll().where('pass_id', '=', lease.passId).executeTakeFirst()
  if (found?.lease_owner === lease.leaseOwner && found.cursor === (step.isLast ? null : step.cursor)) return countsOf(found)
  throw takenOver(lease)
}

function takenOver({ passId }: PassLease): LeaseLost {
  return new LeaseLost(`Pass ${passId} was taken over by another process; this one stops.`)
}

/** Records that the next page is begun. A process that ends before the page does counts as a death at this page. */
export async function beginPass(db: Kysely<Database>, { passId, leaseOwner }: PassLease): Promise<void> {
  await db
    .updateTable('catalog.passes')
    .set({ deaths: sql`deaths + 1`, begun_at: sql`now()` })
    .where('pass_id', '=', passId)
    .where('lease_owner', '=', leaseOwner)
    .execute()
}

export async function readPass(db: Kysely<Database>, passId: string): Promise<PassRecord> {
  const row = await db.selectFrom('catalog.passes').selectAll().where('pass_id', '=', passId).executeTakeFirstOrThrow()
  const { kind, scope, state } = row
  const note = passNote(row.note_code, row.note)
  const error = passNote(row.error_code, row.error)
  return { kind, scope, state, note, error, gaps: await gapsOf(db, passId), ...countsOf(row) }
}

/** Releases an unfinished pass; the next run resumes from its cursor. No effect if it is complete or the lease is lost. */
export async function suspendPass(
  db: Kysely<Database>,
  lease: PassLease,
  state: Extract<PassState, 'interrupted' | 'failed'>,
  error: PassNote | null,
): Promise<void> {
  await db
    .updateTable('catalog.passes')
    .set({ state, ...errorColumns(error), lease_owner: null, finished_at: null, deaths: 0 })
    .where('pass_id', '=', lease.passId)
    .where('lease_owner', '=', lease.leaseOwner)
    .where('state', '=', 'running')
    .execute()
}

/** Makes passes that wait after several deaths due now. Returns how many. */
export async function wakePasses(db: Kysely<Database>): Promise<number> {
  const { numUpdatedRows } = await db
    .updateTable('catalog.passes')
    .set({ deaths: 0 })
    .where('state', '=', 'failed')
    .where('deaths', '>', 0)
    .executeTakeFirst()
  return Number(numUpdatedRows)
}

/** Drops a cursor that the Hub no longer accepts. The pass restarts from the first page of its current direction. */
export async function rewindPass(db: Kysely<Database>, lease: PassLease, note: PassNote): Promise<void> {
  await db
    .updateTable('catalog.passes')
    .set({ cursor: null, last_created_at: null, last_id: null, is_ordered: true, ...noteColumns(note) })
    .where('pass_id', '=', lease.passId)
    .where('lease_owner', '=', lease.leaseOwner)
    .execute()
}

/**
 * Adds what the sweep found to the note and the counts of a pass, and marks its removals as checked. If the pass already had a
 * note, the new one gives the code.
 */
export async function amendPass(db: Kysely<Database>, passId: string, found: SweepCounts): Promise<void> {
  await db
    .updateTable('catalog.passes')
    .set((column) => ({
      removed: sql`removed + ${found.removed}`,
      unconfirmed: found.unconfirmed,
      requests: sql`requests + ${found.requests}`,
      note: sql`nullif(concat_ws(' ', ${column.ref('note')}, ${found.note?.text ?? null}::text), '')`,
      ...(found.note === null ? {} : { note_code: found.note.code }),
      removals_checked_at: sql`now()`,
    }))
    .where('pass_id', '=', passId)
    .execute()
}

/**
 * Where the next recent pass has to start: where the last complete recent pass ended, or what was newest when the last complete
 * full pass began, whichever is later. So a recent pass that is stuck at a bad page gets past it after a full pass. Without
 * either it is where the unfinished full pass began. Null if nothing was walked yet.
 */
export async function readWatermarks(
  db: Kysely<Database>,
  { kind, endpoint }: Pick<PassIdentity, 'kind' | 'endpoint'>,
): Promise<Watermarks> {
  const rows = await db
    .selectFrom('catalog.passes')
    .distinctOn(['scope', sql`state = 'complete'`])
    .select(['modified_until', 'created_until', 'state'])
    .where('kind', '=', kind)
    .where('endpoint', '=', endpoint)
    .where((where) => where.or([where('scope', '=', 'full'), where('state', '=', 'complete')]))
    .orderBy('scope')
    .orderBy(sql`state = 'complete'`)
    .orderBy('pass_id', 'desc')
    .execute()
  const complete = rows.filter(({ state }) => state === 'complete')
  const known = complete.length > 0 ? complete : rows
  return {
    modifiedUntil: latest(known.map((row) => row.modified_until)),
    createdUntil: latest(known.map((row) => row.created_until)),
  }
}

function latest(dates: readonly (Date | null)[]): string | null {
  const times = dates.flatMap((date) => date?.getTime() ?? [])
  return times.length === 0 ? null : new Date(Math.max(...times)).toISOString()
}

/** Records what was newest on the Hub before the first page of a full pass. */
export async function setWatermarks(db: Kysely<Database>, lease: PassLease, watermarks: Watermarks): Promise<void> {
  await db
    .updateTable('catalog.passes')
    .set(watermarkColumns(watermarks))
    .where('pass_id', '=', lease.passId)
    .where('lease_owner', '=', lease.leaseOwner)
    .execute()
}

function noteColumns({ code, text }: PassNote) {
  return { note: text, note_code: code }
}

function errorColumns(error: PassNote | null) {
  return { error: error?.text ?? null, error_code: error?.code ?? null }
}

function watermarkColumns({ modifiedUntil, createdUntil }: Watermarks) {
  return { modified_until: modifiedUntil, created_until: createdUntil }
}

/** Deletes old recent passes: there is one every few minutes. */
export async function dropOldRecentPasses(db: Kysely<Database>): Promise<void> {
  await sql`
    delete from catalog.passes
    where scope = 'recent' and state = 'complete' and finished_at < now() - interval '7 days'`.execute(db)
}

/** Repos in the last complete full pass of each kind: an estimate for the next one. */
export async function reposOfLastPasses(db: Kysely<Database>, endpoint: string): Promise<Map<PassKind, number>> {
  const rows = await db
    .selectFrom('catalog.passes')
    .distinctOn('kind')
    .select(['kind', 'repos'])
    .where('endpoint', '=', endpoint)
    .where('scope', '=', 'full')
    .where('state', '=', 'complete')
    .orderBy('kind')
    .orderBy('pass_id', 'desc')
    .execute()
  return new Map(rows.map((row) => [row.kind, Number(row.repos)]))
}

function countsOf(row: { [Count in keyof PassCounts]: string }): PassCounts {
  return {
    pages: Number(row.pages),
    repos: Number(row.repos),
    inserted: Number(row.inserted),
    updated: Number(row.updated),
    unchanged: Number(row.unchanged),
    rejected: Number(row.rejected),
    removed: Number(row.removed),
    requests: Number(row.requests),
    unconfirmed: Number(row.unconfirmed),
  }
}
