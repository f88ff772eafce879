import type pg from 'pg'
import { writeRows } from './page-rows.ts'
import { advancePass, type PassHold } from './passes.ts'
import type { RejectedRow, RepoRecord } from './repo-record.ts'
import { inTransaction, type OpenTransaction } from './transaction.ts'
import { clipped } from './wire-fields.ts'

/** A page of a listing, read. Cursors are URLs as the Hub linked them: null before the first page and after the last. */
export interface PageOfRepos {
  repos: readonly RepoRecord[]
  previousCursor: string | null
  rejected: readonly RejectedRow[]
  cursor: string | null
  requests: number
  /** Newest createdAt of the pass so far, ISO 8601. */
  lastCreatedAt: string | null
  note: string | null
}

export interface PageResult {
  inserted: number
  updated: number
  unchanged: number
  rejected: RejectedRow[]
}

/**
 * Writes a page: its rows, its outbox entries and the pass's new cursor are one transaction, so that a process killed at
 * any instant loses nothing and repeats at most one page. Rows that did not change are not written.
 *
 * A row that Postgres refuses (text or JSON that it cannot hold) is set aside and counted as rejected; the rest is kept.
 *
 * @throws PassLost when another process has taken the pass over
 */
export async function writePage(pool: pg.Pool, hold: PassHold, page: PageOfRepos): Promise<PageResult> {
  const repos = lastOfEach(page.repos)
  const refused: RejectedRow[] = []
  for (let attempt = 1; ; attempt++) {
    const accepted = repos.filter((repo) => !refused.some((row) => row.hubId === repo.hub_id))
    const rejected = [...page.rejected, ...refused]
    try {
      return await inTransaction(pool, (transaction) => writeAndAdvance(transaction, hold, page, accepted, rejected))
    } catch (error) {
      // No row refused by itself means that another pass was faster to insert one: now it is there to be compared.
      if (!isDataError(error) || attempt === MAX_ATTEMPTS) throw error
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
): Promise<PageResult> {
  const { inserted, updated } = await writeRows(transaction, accepted)
  const counts = { inserted, updated, unchanged: accepted.length - inserted - updated }
  const { previousCursor, cursor, requests, lastCreatedAt, note } = page
  await advancePass(transaction.db, hold, {
    previousCursor,
    cursor,
    requests,
    lastCreatedAt,
    note,
    repos: page.repos.length,
    ...counts,
    rejected: rejected.length,
  })
  return { ...counts, rejected }
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
    return [{ hubId: only.hub_id, reason: `${clipped(only.id, 200)}: ${reason}` }]
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

/** SQLSTATE classes that blame the values: 22 data exception, 23 constraint, 54 program limit. */
function isDataError(error: unknown): error is Error & { code: string } {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' && /^(22|23|54)/.test(error.code)
}
