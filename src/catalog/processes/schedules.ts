import { type Kysely, sql } from 'kysely'
import { withLock } from '../postgres/with-lock.ts'
import { sanitizeText } from '../repos/sanitize-text.ts'
import type { Database, PassKind, RunState } from '../schema.ts'
import type { LeaseOwner } from './lease-owner.ts'
import { isLeasedByOther } from './processes.ts'

/** A run that this process holds. */
export interface HeldRun {
  runId: string
}

interface DueRun {
  job: string
  cron: string
  /** The latest instant at which the job was due: a run that was due then or later, and ended, makes this one needless. */
  dueAt: Date
  /** The present time of whoever keeps the schedule. */
  now: Date
  /** Whether the work was done since it was due in another way than by a run. */
  isDone: boolean
}

/**
 * What became of a wish to run a job: it may begin; it was run already; another process runs it; or it failed a short while
 * ago and rests.
 */
export type BeginAnswer =
  | { state: 'begun'; run: HeldRun; takenOverFrom: string | undefined }
  | { state: 'covered' }
  | { state: 'leased'; leasedBy: string }
  | { state: 'resting'; forMs: number }

/** How a run ended, as the job itself says. */
export interface RunEnd {
  state: Extract<RunState, 'done' | 'failed' | 'interrupted'>
  note: string | null
}

/** The last run of a job. */
export interface LastRun {
  job: string
  /** The schedule of the process that made it. */
  cron: string
  state: RunState
  dueAt: Date
  startedAt: Date
  finishedAt: Date | null
  heartbeatAt: Date
  note: string | null
}

/** What a schedule needs of the catalog. */
export type ScheduleStore = ReturnType<typeof createScheduleStore>

const FIRST_REST_SECS = 60
const LONGEST_REST_SECS = 3_600
const MAX_NOTE_LENGTH = 2_000
const DAY_MS = 24 * 3_600_000
const KEPT_DAYS = 90
/** A run that had nothing to do and nothing to say: there may be one a minute. */
const KEPT_DAYS_OF_IDLE = 1

/** The port over a database, for one process. */
export function createScheduleStore(db: Kysely<Database>, owner: LeaseOwner) {
  return {
    beginRun: (due: DueRun) => beginRun(db, due, owner),
    ownsRun: (run: HeldRun) => ownsRun(db, run, owner),
    endRun: (run: HeldRun, end: RunEnd) => endRun(db, run, owner, end),
  }
}

/** A run of this process that its job begins anew is one whose end could not be written: it counts as taken over, too. */
async function beginRun(db: Kysely<Database>, due: DueRun, owner: LeaseOwner): Promise<BeginAnswer> {
  // One at a time decides over a job; otherwise two could find that nobody runs it.
  return await withLock(db, `schedule ${due.job}`, async (transaction) => {
    const running = await runningRun(transaction, due.job)
    if (running !== undefined) {
      const leasedBy = running.lease_owner
      if (await isLeasedByOther(transaction, leasedBy, owner)) return { state: 'leased', leasedBy }
      await takeOver(transaction, running.run_id)
    }
    // A run whose process died at its very end is closed all the same.
    if (due.isDone) return { state: 'covered' }
    const earlier = await endsSince(transaction, due)
    if (earlier.done) return { state: 'covered' }
    if (earlier.rest_ms > 0) return { state: 'resting', forMs: earlier.rest_ms }
    const run = await insertRun(transaction, due, owner)
    await forgetOldRuns(transaction, due)
    return { state: 'begun', run, takenOverFrom: running?.lease_owner }
  })
}

async function runningRun(db: Kysely<Database>, job: string) {
  return await db
    .selectFrom('catalog.schedule_runs')
    .select(['run_id', 'lease_owner'])
    .where('job', '=', job)
    .where('state', '=', 'running')
    .forUpdate()
    .executeTakeFirst()
}

async function takeOver(db: Kysely<Database>, runId: string): Promise<void> {
  await db
    .updateTable('catalog.schedule_runs')
    .set({ state: 'taken-over', finished_at: sql`now()`, note: 'Its process died or fell silent.' })
    .where('run_id', '=', runId)
    .execute()
}

/**
 * Whether the job was run since it was due, and how long it is to rest after failures: a minute after the first, twice as
 * long after each more. A run dated in the future, by a clock that was wrong, counts for nothing.
 */
async function endsSince(db: Kysely<Database>, { job, dueAt, now }: DueRun) {
  const { rows } = await sql<{ done: boolean; rest_ms: number }>`
    select coalesce(bool_or(state = 'done'), false) as done,
      coalesce(extract(epoch from max(finished_at) filter (where state = 'failed')
        + least(${LONGEST_REST_SECS}, ${FIRST_REST_SECS} * 2 ^ (least(count(*) filter (where state = 'failed'), 10) - 1))
          * interval '1 second'
        - clock_timestamp())::float8 * 1000, 0) as rest_ms
    from catalog.schedule_runs
    where job = ${job} and due_at between ${dueAt} and ${now}`.execute(db)
  return rows[0] ?? { done: false, rest_ms: 0 }
}

/** A due time that already has a row, of a run that was interrupted or failed, keeps it: the new run is dated now. */
async function insertRun(db: Kysely<Database>, { job, cron, dueAt, now }: DueRun, owner: LeaseOwner): Promise<HeldRun> {
  const { rows } = await sql<{ run_id: string }>`
    insert into catalog.schedule_runs (job, cron, due_at, lease_owner, state)
    select ${job}, ${cron}, greatest(
      case when exists (select from catalog.schedule_runs where job = ${job} and due_at = ${dueAt}::timestamptz)
        then ${now}::timestamptz else ${dueAt}::timestamptz end,
      (select max(due_at) + interval '1 millisecond' from catalog.schedule_runs
        where job = ${job} and due_at between ${dueAt}::timestamptz and ${now}::timestamptz)
    ), ${owner.name}, 'running'
    returning run_id`.execute(db)
  const runId = rows[0]?.run_id
  if (runId === undefined) throw new Error('The database answered an insert with no row; expected the run.')
  return { runId }
}

async function forgetOldRuns(db: Kysely<Database>, { job, now }: DueRun): Promise<void> {
  const before = (days: number): Date => new Date(now.getTime() - days * DAY_MS)
  await db
    .deleteFrom('catalog.schedule_runs')
    .where('job', '=', job)
    .where((is) =>
      is.or([
        is('due_at', '<', before(KEPT_DAYS)),
        is.and([is('due_at', '<', before(KEPT_DAYS_OF_IDLE)), is('state', '=', 'done'), is('note', 'is', null)]),
      ]),
    )
    .execute()
}

/** False when the run was taken over. */
async function ownsRun(db: Kysely<Database>, { runId }: HeldRun, owner: LeaseOwner): Promise<boolean> {
  const row = await db
    .selectFrom('catalog.schedule_runs')
    .select('run_id')
    .where('run_id', '=', runId)
    .where('lease_owner', '=', owner.name)
    .where('state', '=', 'running')
    .executeTakeFirst()
  return row !== undefined
}

/** A run that was taken over stays so. */
async function endRun(
  db: Kysely<Database>,
  { runId }: HeldRun,
  owner: LeaseOwner,
  { state, note }: RunEnd,
): Promise<void> {
  await db
    .updateTable('catalog.schedule_runs')
    .set({
      state,
      note: note === null ? null : sanitizeText(note, MAX_NOTE_LENGTH),
      finished_at: sql`now()`,
    })
    .where('run_id', '=', runId)
    .where('lease_owner', '=', owner.name)
    .where('state', '=', 'running')
    .execute()
}

/** The last run of each job that ever ran. */
export async function lastRuns(db: Kysely<Database>): Promise<LastRun[]> {
  const { rows } = await sql<LastRun>`
    select distinct on (job) job, cron, state, due_at as "dueAt", started_at as "startedAt", finished_at as "finishedAt",
      heartbeat_at as "heartbeatAt", note
    from schedule_runs order by job, run_id desc`.execute(db)
  return rows
}

/** A full pass that is complete. It is settled when what it missed has been asked for, too. */
export interface WalkedKind {
  kind: PassKind
  passId: string
  isSettled: boolean
}

/** The last complete full pass of each of the kinds that has come to its end since then, by a schedule or by hand. */
export async function walkedSince(
  db: Kysely<Database>,
  { kinds, endpoint }: { kinds: readonly PassKind[]; endpoint: string },
  since: Date,
): Promise<WalkedKind[]> {
  const rows = await db
    .selectFrom('catalog.passes')
    .distinctOn('kind')
    .select(['kind', 'pass_id', 'removals_checked_at'])
    .where('kind', 'in', kinds)
    .where('scope', '=', 'full')
    .where('endpoint', '=', endpoint)
    .where('state', '=', 'complete')
    .where('finished_at', '>=', since)
    .orderBy('kind')
    .orderBy('pass_id', 'desc')
    .execute()
  return rows.map(({ kind, pass_id: passId, removals_checked_at: removalsCheckedAt }) => ({
    kind,
    passId,
    isSettled: kind === 'tags' || removalsCheckedAt !== null,
  }))
}

/** Whether full passes over all of the kinds have come to their end since then, and are settled. */
export async function wereWalkedSince(
  db: Kysely<Database>,
  which: { kinds: readonly PassKind[]; endpoint: string },
  since: Date,
): Promise<boolean> {
  const walked = await walkedSince(db, which, since)
  return walked.length === which.kinds.length && walked.every(({ isSettled }) => isSettled)
}
