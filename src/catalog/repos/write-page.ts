import type pg from 'pg'
import type { CatalogConnection } from '../connection.ts'
import type { PageCounts, PassCounts, PassLease } from '../passes/pass.ts'
import { advancePass, type PassPosition } from '../passes/passes.ts'
import { resolveNames } from '../passes/unresolved.ts'
import { isDataError, sqlState } from '../postgres/sql-state.ts'
import { inTransaction, type OpenTransaction } from '../postgres/transaction.ts'
import { namingHolder } from '../postgres/with-lock.ts'
import type { RejectedRow, RepoRecord } from './record.ts'
import { truncate } from './wire-fields.ts'
import { type WrittenRows, writeLocks, writeRows } from './write-repos.ts'

/** A page of a listing as read from the Hub, with the position of its pass after it. */
export interface PageOfRepos extends PassPosition {
  /** Requests to the Hub for this page. */
  requests: number
  repos: readonly RepoRecord[]
  rejected: readonly RejectedRow[]
  /** Repos that earlier pages of the pass have shown; each repo counts once. @default 0 */
  repeated?: number
}

type Writable = Pick<CatalogConnection, 'db' | 'pool'>

export interface WrittenPage {
  /** Counts of this page. */
  step: PageCounts
  /** Counts of the pass including this page, over all processes that walked it. */
  counts: PassCounts
  rejected: readonly RejectedRow[]
}

/**
 * Writes a page: rows, outbox entries and the pass's new cursor in one transaction, so a process killed at any time loses
 * nothing and repeats at most one page. Unchanged rows are not written. A row that Postgres cannot store counts as rejected.
 *
 * @throws LeaseLost if another process has taken over the pass
 * @throws CatalogLocked if another session has been writing repos of this kind for too long
 */
export async function writePage(catalog: Writable, lease: PassLease, page: PageOfRepos): Promise<WrittenPage> {
  return await writeAccepted(catalog, page.repos, (transaction, accepted, refused) =>
    writeAndAdvance(transaction, lease, page, accepted, [...page.rejected, ...refused]),
  )
}

/** Writes repos that were requested one by one, outside any pass. */
export async function writeRepos(catalog: Writable, repos: readonly RepoRecord[]): Promise<WrittenRows> {
  return await writeAccepted(catalog, repos, async (transaction, accepted) => {
    const written = await writeRows(transaction, accepted)
    await resolveNames(
      transaction.db,
      accepted.map((repo) => repo.hub_id),
    )
    return written
  })
}

/** Tries until the rows that Postgres refuses have been found and left out. */
async function writeAccepted<Result>(
  { db, pool }: Writable,
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
      // A removal, or a process of an older version, which takes no lock, has written the same repos. It has committed.
      if (sqlState(error) === DEADLOCK) continue
      if (!isDataError(error)) throw await namingHolder(db, writeLocks(accepted), error)
      refused.push(...(await findRefused(pool, accepted)))
    }
  }
}

const MAX_ATTEMPTS = 5

async function writeAndAdvance(
  transaction: OpenTransaction,
  lease: PassLease,
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
  const counts = await advancePass(transaction.db, lease, { ...page, ...step, seenIds: seenIdsOf(page) })
  return { step, counts, rejected }
}

/** All repos that the Hub showed, including those that Postgres could not store. */
function seenIdsOf({ repos }: PageOfRepos): string[] {
  return repos.map((repo) => repo.hub_id)
}

/** A listing that changes may repeat a repo on a page, and a statement may write a row only once. The last item wins. */
function lastOfEach(repos: readonly RepoRecord[]): RepoRecord[] {
  return [...new Map(repos.map((repo) => [repo.hub_id, repo])).values()]
}

/** Halves the page until each refused row is alone. Every try is rolled back. */
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
