import { type Kysely, sql } from 'kysely'
import { withLock } from '../postgres/with-lock.ts'
import { sanitizeText } from '../repos/sanitize-text.ts'
import type { Database, PassKind, RunState } from '../schema.ts'
import type { LeaseOwner } from './lease-owner.ts'
import { isLeasedByOther } from './processes.ts'

/** The lease of this process on a run. */
export interface RunLease {
  runId: string
}

interface DueRun {
  job: string
  cron: string
  /** When the job was last due. A run that was due then or later, and is done, makes this one unnecessary. */
  dueAt: Date
  /** The current time of the scheduler. */
  now: Date
  /** Whether the work has been done since then without a run, such as by a command. */
  isDone: boolean
}

/** Whether a job may run: it has begun, was done already, is run by another process, or waits for its retry. */
export type BeginAnswer =
  | { state: 'begun'; run: RunLease; takenOverFrom: string | undefined }
  | { state: 'covered' }
  | { state: 'leased'; leasedBy: string }
  | { state: 'resting'; forMs: number }

/** How a run ended, as reported by its job. */
export interface RunEnd {
  state: Extract<RunState, 'done' | 'failed' | 'interrupted'>
  note: string | null
}

/** The last run of a job. */
export interface LastRun {
  job: string
  /** The schedule of the process that ran it. */
  cron: string
  state: RunState
  dueAt: Date
  startedAt: Date
  finishedAt: Date | null
  heartbeatAt: Date
  note: string | null
}

/** The port by which the scheduler begins and ends runs. */
export type ScheduleStore = ReturnType<typeof createScheduleStore>

const FIRST_REST_SECS = 60
const LONGEST_REST_SECS = 3_600
const MAX_NOTE_LENGTH = 2_000
const DAY_MS = 24 * 3_600_000
const KEPT_DAYS = 90
/** For runs that had nothing to do or to report: there may be one per minute. */
const KEPT_DAYS_OF_IDLE = 1

/** The store of one process. */
export function createScheduleStore(db: Kysely<Database>, owner: LeaseOwner) {
  return {
    beginRun: (due: DueRun) => beginRun(db, due, owner),
    ownsRun: (run: RunLease) => ownsRun(db, run, owner),
    endRun: (run: RunLease, end: RunEnd) => endRun(db, run, owner, end),
  }
}

/** A running run of this process itself is one whose end could not be written: it counts as taken over, too. */
async function beginRun(db: Kysely<Database>, due: DueRun, owner: LeaseOwner): Promise<BeginAnswer> {
  // Locked per job: otherwise two processes could both find that it is not running.
  return await withLock(db, `schedule ${due.job}`, async (transaction) => {
    const running = await runningRun(transaction, due.job)
    if (running !== undefined) {
      const leasedBy = running.lease_owner
      if (await isLeasedByOther(transaction, leasedBy, owner)) return { state: 'leased', leasedBy }
      await takeOver(transaction, running.run_id)
    }
    // Checked after the takeover, so that a run whose process died at the very end is closed, too.
    if (due.isDone) return { state: 'covered' }
    const earlier = await endsSince(transaction, due)
    if (earlier.done) return { state: 'covered' }
    if (earlier.rest_ms > 0) return { state: 'resting', forMs: earlier.rest_ms }
    const run = await insertRun(transaction, due, owner)
    await dropOldRuns(transaction, due)
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
    .set({ state: 'taken-over', finished_at: sql`now()`, note: 'Its process died or stopped its heartbeat.' })
    .where('run_id', '=', runId)
    .execute()
}

/**
 * Whether the job was done since it was due, and how long it has to wait after failures: a minute after the first, doubling
 * with each further one. Runs dated in the future by a wrong clock are ignored.
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

/** The new run is dated now if its due time already has the row of an interrupted or failed run. */
async function insertRun(db: Kysely<Database>, { job, cron, dueAt, now }: DueRun, owner: LeaseOwner): Promise<RunLease> {
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
  if (runId === undefined) throw new Error('The database returned no row for a new run. Internal error; please report it.')
  return { runId }
}

async function dropOldRuns(db: Kysely<Database>, { job, now }: DueRun): Promise<void> {
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

/** False if the run was taken over. */
async function ownsRun(db: Kysely<Database>, { runId }: RunLease, owner: LeaseOwner): Promise<boolean> {
  const row = await db
    .selectFrom('catalog.schedule_runs')
    .select('run_id')
    .where('run_id', '=', runId)
    .where('lease_owner', '=', owner.name)
    .where('state', '=', 'running')
    .executeTakeFirst()
  return row !== undefined
}

/** No effect on a run that was taken over. */
async function endRun(db: Kysely<Database>, { runId }: RunLease, owner: LeaseOwner, { state, note }: RunEnd): Promise<void> {
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

/** The last run of each job. */
export async function lastRuns(db: Kysely<Database>): Promise<LastRun[]> {
  const { rows } = await sql<LastRun>`
    select distinct on (job) job, cron, state, due_at as "dueAt", started_at as "startedAt", finished_at as "finishedAt",
      heartbeat_at as "heartbeatAt", note
    from schedule_runs order by job, run_id desc`.execute(db)
  return rows
}

/** A complete full pass. It is swept once the Hub was asked for every repo that it missed. */
export interface WalkedKind {
  kind: PassKind
  passId: string
  isSwept: boolean
}

/** The last complete full pass of each of these kinds that has ended since then, scheduled or not. */
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
    isSwept: kind === 'tags' || removalsCheckedAt !== null,
  }))
}

/** Whether full passes over all of these kinds have ended since then and are swept. */
export async function wereWalkedSince(
  db: Kysely<Database>,
  which: { kinds: readonly PassKind[]; endpoint: string },
  since: Date,
): Promise<boolean> {
  const walked = await walkedSince(db, which, since)
  return walked.length === which.kinds.length && walked.every(({ isSwept }) => isSwept)
}
