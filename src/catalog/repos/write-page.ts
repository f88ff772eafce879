import type pg from 'pg'
import type { PageCounts, PassCounts, PassHold } from '../passes/pass.ts'
import { advancePass, type PassPosition } from '../passes/passes.ts'
import { resolveNames } from '../passes/unresolved.ts'
import { isDataError, sqlState } from '../postgres/sql-state.ts'
import { inTransaction, type OpenTransaction } from '../postgres/transaction.ts'
import type { RejectedRow, RepoRecord } from './record.ts'
import { truncate } from './wire-fields.ts'
import { type WrittenRows, writeRows } from './write-repos.ts'

/** A page of a listing, read, and the step that it is in its pass. */
export interface PageOfRepos extends PassPosition {
  /** Requests to the Hub that it took. */
  requests: number
  repos: readonly RepoRecord[]
  rejected: readonly RejectedRow[]
  /** How many of the repos the pass has shown before, which count once. @default 0 */
  repeated?: number
}

/** A page that was written. */
export interface WrittenPage {
  /** Of this page, as this process has written it. */
  step: PageCounts
  /** Of its pass so far, this page included, whichever processes wrote them. */
  counts: PassCounts
  /** Rows that were left out. */
  rejected: readonly RejectedRow[]
}

/**
 * Writes a page: its rows, its outbox entries and the pass's new cursor are one transaction, so that a process killed at
 * any instant loses nothing and repeats at most one page. Rows that did not change are not written.
 *
 * A row that Postgres refuses (text or JSON that it cannot hold) is set aside and counted as rejected; the rest is kept.
 *
 * @throws PassLost when another process has taken the pass over
 */
export async function writePage(pool: pg.Pool, hold: PassHold, page: PageOfRepos): Promise<WrittenPage> {
  return await writeAccepted(pool, page.repos, (transaction, accepted, refused) =>
    writeAndAdvance(transaction, hold, page, accepted, [...page.rejected, ...refused]),
  )
}

/** Writes repos that were asked for one by one, outside of any pass. */
export async function writeRepos(pool: pg.Pool, repos: readonly RepoRecord[]): Promise<WrittenRows> {
  return await writeAccepted(pool, repos, async (transaction, accepted) => {
    const written = await writeRows(transaction, accepted)
    await resolveNames(
      transaction.db,
      accepted.map((repo) => repo.hub_id),
    )
    return written
  })
}

/** Tries until the rows that Postgres refuses are out of the way. */
async function writeAccepted<Result>(
  pool: pg.Pool,
  repos: readonly RepoRecord[],
  write: (transaction: OpenTransaction, accepted: RepoRecord[], refused: RejectedRow[]) => Promise<Result>,
): Promise<Result> {
  const distinct = lastOfEach(repos)
  const refused: RejectedRow[] = []
  for (let attempt = 1; ; attempt++) {
    const accepted = distinct.filter((repo) => !refused.some((row) => row.hubId === repo.hub_id))
    try {
      return await inTransaction(pool, (transaction) => write(transaction, accepted, refused))
    } catch (error) {
      if (attempt === MAX_ATTEMPTS) throw error
      // Another pass wrote the same repos in another order and was let through; now it is our turn.
      if (sqlState(error) === DEADLOCK) continue
      if (!isDataError(error)) throw error
      // No row refused by itself means that another pass was faster to insert one: now it is there to be compared.
      refused.push(...(await findRefused(pool, accepted)))
    }
  }
}

const MAX_ATTEMPTS = 5

async function writeAndAdvance(
  transaction: OpenTransaction,
  hold: PassHold,
  page: PageOfRepos,
  accepted: readonly RepoRecord[],
  rejected: RejectedRow[],
): Promise<WrittenPage> {
  const { inserted, updated } = await writeRows(transaction, accepted)
  const step: PageCounts = {
    repos: page.repos.length - (page.repeated ?? 0),
    inserted,
    updated,
    unchanged: accepted.length - inserted - updated,
    rejected: rejected.length,
    requests: page.requests,
  }
  const counts = await advancePass(transaction.db, hold, { ...page, ...step, seenIds: seenIdsOf(page) })
  return { step, counts, rejected }
}

/** The Hub showed them, whether or not Postgres could store them. */
function seenIdsOf({ repos }: PageOfRepos): string[] {
  return repos.map((repo) => repo.hub_id)
}

/** A listing that moves may show a repo twice on a page, and one statement may not touch a row twice: the last counts. */
function lastOfEach(repos: readonly RepoRecord[]): RepoRecord[] {
  return [...new Map(repos.map((repo) => [repo.hub_id, repo])).values()]
}

/** Halves the page until the rows that Postgres refuses stand alone; every try is rolled back. */
async function findRefused(pool: pg.Pool, repos: readonly RepoRecord[]): Promise<RejectedRow[]> {
  const reason = await refusalOf(pool, repos)
  if (reason === undefined) return []
  const [only] = repos
  if (repos.length === 1 && only !== undefined) {
    return [{ hubId: only.hub_id, reason: `${truncate(only.id, 200)}: ${reason}` }]
  }
  const middle = repos.length >> 1
  return [...(await findRefused(pool, repos.slice(0, middle))), ...(await findRefused(pool, repos.slice(middle)))]
}

async function refusalOf(pool: pg.Pool, repos: readonly RepoRecord[]): Promise<string | undefined> {
  try {
    await inTransaction(pool, (transaction) => writeRows(transaction, repos), { end: 'rollback' })
    return undefined
  } catch (error) {
    if (!isDataError(error)) throw error
    return error.message
  }
}

const DEADLOCK = '40P01'
