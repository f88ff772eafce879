import { CompiledQuery, type Kysely, type Transaction } from 'kysely'
import { COMPARE_PAGE, WRITE_PAGE } from './page-statements.ts'
import { advancePass, type PassHold } from './passes.ts'
import type { RejectedRow, RepoRecord } from './repo-record.ts'
import type { Database } from './schema.ts'

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
export async function writePage(db: Kysely<Database>, hold: PassHold, page: PageOfRepos): Promise<PageResult> {
  const repos = lastOfEach(page.repos)
  const refused: RejectedRow[] = []
  for (;;) {
    const rows = repos.filter((repo) => !refused.some((row) => row.hubId === repo.hub_id))
    try {
      return await db.transaction().execute((transaction) => writeRows(transaction, hold, page, rows, refused))
    } catch (error) {
      if (!isDataError(error)) throw error
      const poisoned = await findRefused(db, rows)
      if (poisoned.length === 0) throw error
      refused.push(...poisoned)
    }
  }
}

async function writeRows(
  transaction: Transaction<Database>,
  hold: PassHold,
  page: PageOfRepos,
  repos: readonly RepoRecord[],
  refused: readonly RejectedRow[],
): Promise<PageResult> {
  const rejected = [...page.rejected, ...refused]
  const changed = await comparePage(transaction, repos)
  if (changed.size > 0)
    await writeChanged(
      transaction,
      repos.filter((repo) => changed.has(repo.hub_id)),
    )
  const inserted = [...changed.values()].filter((isNew) => isNew).length
  const result = { inserted, updated: changed.size - inserted, unchanged: repos.length - changed.size, rejected }
  await advancePass(transaction, hold, {
    previousCursor: page.previousCursor,
    cursor: page.cursor,
    repos: page.repos.length,
    requests: page.requests,
    lastCreatedAt: page.lastCreatedAt,
    note: page.note,
    ...result,
    rejected: rejected.length,
  })
  return result
}

/** Moves counters and tells which repos are new (true) or changed (false). */
async function comparePage(db: Kysely<Database>, repos: readonly RepoRecord[]): Promise<Map<string, boolean>> {
  const { rows } = await db.executeQuery<{ hub_id: string; is_new: boolean }>(
    CompiledQuery.raw(COMPARE_PAGE, [
      repos.map((repo) => repo.hub_id),
      repos.map((repo) => repo.content_hash),
      repos.map((repo) => repo.downloads),
      repos.map((repo) => repo.downloads_all_time),
      repos.map((repo) => repo.likes),
      repos.map((repo) => repo.trending_score),
    ]),
  )
  return new Map(rows.map((row) => [row.hub_id, row.is_new]))
}

async function writeChanged(db: Kysely<Database>, repos: readonly RepoRecord[]): Promise<void> {
  await db.executeQuery(CompiledQuery.raw(WRITE_PAGE, [jsonOf(repos)]))
}

/** The rows as a JSON array. Empty columns are missing, which Postgres reads as null: a third less time in json_to_recordset. */
function jsonOf(repos: readonly RepoRecord[]): string {
  return `[${repos.map((repo) => repo.row.slice(0, -1) + tailOf(repo)).join(',')}]`
}

function tailOf({ content_hash, downloads, downloads_all_time, likes, trending_score }: RepoRecord): string {
  return `,${JSON.stringify({ content_hash, downloads, downloads_all_time, likes, trending_score }).slice(1)}`
}

/** A listing that moves may show a repo twice on a page, and one statement may not touch a row twice: the last counts. */
function lastOfEach(repos: readonly RepoRecord[]): RepoRecord[] {
  return [...new Map(repos.map((repo) => [repo.hub_id, repo])).values()]
}

/** Halves the page until the rows that Postgres refuses stand alone; every try is rolled back. */
async function findRefused(db: Kysely<Database>, repos: readonly RepoRecord[]): Promise<RejectedRow[]> {
  const reason = await refusalOf(db, repos)
  if (reason === undefined) return []
  const [only] = repos
  if (repos.length === 1 && only !== undefined)
    return [{ hubId: only.hub_id, reason: `${only.id.slice(0, 200)}: ${reason}` }]
  const middle = repos.length >> 1
  return [...(await findRefused(db, repos.slice(0, middle))), ...(await findRefused(db, repos.slice(middle)))]
}

async function refusalOf(db: Kysely<Database>, repos: readonly RepoRecord[]): Promise<string | undefined> {
  const trial = await db.startTransaction().execute()
  try {
    await comparePage(trial, repos)
    await writeChanged(trial, repos)
    return undefined
  } catch (error) {
    if (!isDataError(error)) throw error
    return error.message
  } finally {
    await trial.rollback().execute()
  }
}

/** SQLSTATE classes that blame the values: 22 data exception, 23 constraint, 54 program limit. */
function isDataError(error: unknown): error is Error & { code: string } {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' && /^(22|23|54)/.test(error.code)
}
