import { CompiledQuery, type Kysely } from 'kysely'
import { CATALOG_KINDS } from '../../hub/kinds.ts'
import { isCollection, writeItems } from '../collections/write-items.ts'
import { enqueueForSearch } from '../outbox/outbox.ts'
import { copyRows } from '../postgres/copy-rows.ts'
import type { OpenTransaction } from '../postgres/transaction.ts'
import { takeLocks } from '../postgres/with-lock.ts'
import type { Database } from '../schema.ts'
import { COUNTER_NAMES, REPO_COLUMN_NAMES } from './columns.ts'
import { completeRepos, restartVanishedWait } from './partial-repos.ts'
import { type RepoRecord, rowOf } from './record.ts'
import { COMPARE_PAGE, UPDATE_PAGE } from './write-repos.sql.ts'

/** How many repos were new, and how many others had changed. */
export interface WrittenRows {
  inserted: number
  updated: number
}

/**
 * Writes repos that are new or changed, updates counters, and enqueues both for search. Each repo may be given only once.
 *
 * One transaction at a time writes repos of a kind. At a first start, the full and the recent pass show the same new repos in
 * different orders: both would insert them, and one would fail as a duplicate or by a deadlock.
 */
export async function writeRows(transaction: OpenTransaction, repos: readonly RepoRecord[]): Promise<WrittenRows> {
  await takeLocks(transaction.db, writeLocks(repos))
  const changed = await comparePage(transaction.db, repos)
  const added = repos.filter((repo) => changed.get(repo.hub_id) === true)
  const updated = await completeRepos(
    transaction.db,
    repos.filter((repo) => changed.get(repo.hub_id) === false),
  )
  if (added.length > 0) await insertNew(transaction, added)
  if (updated.length > 0) await updateChanged(transaction.db, updated)
  await restartVanishedWait(transaction.db, repos)
  await writeItems(transaction.db, repos.filter(isCollection))
  await enqueueForSearch(
    transaction.db,
    [...added, ...updated].map((repo) => repo.hub_id),
  )
  return { inserted: added.length, updated: updated.length }
}

/** The names of the locks that `writeRows` takes, in order. */
export function writeLocks(repos: readonly RepoRecord[]): string[] {
  return CATALOG_KINDS.filter((kind) => repos.some((repo) => repo.kind === kind)).map((kind) => `repos ${kind}`)
}

/** Updates counters and returns which repos are new (true) or changed (false). */
async function comparePage(db: Kysely<Database>, repos: readonly RepoRecord[]): Promise<Map<string, boolean>> {
  const { rows } = await db.executeQuery<{ hub_id: string; is_new: boolean }>(
    CompiledQuery.raw(COMPARE_PAGE, [
      repos.map((repo) => repo.hub_id),
      repos.map((repo) => repo.content_hash),
      ...COUNTER_NAMES.map((name) => repos.map((repo) => repo[name])),
      repos.filter((repo) => repo.private === null).map((repo) => repo.hub_id),
    ]),
  )
  return new Map(rows.map((row) => [row.hub_id, row.is_new]))
}

async function insertNew({ client }: OpenTransaction, repos: readonly RepoRecord[]): Promise<void> {
  const added = repos.map((repo) => {
    const { private: isPrivate, disabled, ...others } = repo.columns()
    const { content_hash } = repo
    return { ...others, private: isPrivate ?? false, disabled: disabled ?? false, content_hash }
  })
  const rows = added.map((columns) => REPO_COLUMN_NAMES.map((name) => columns[name]))
  await copyRows(client, 'catalog.repos', REPO_COLUMN_NAMES, rows)
  const counters = repos.map((repo, index) => [
    repo.hub_id,
    added[index]?.kind ?? null,
    ...COUNTER_NAMES.map((name) => repo[name]),
  ])
  await copyRows(client, 'catalog.repo_counters', ['hub_id', 'kind', ...COUNTER_NAMES], counters)
}

async function updateChanged(db: Kysely<Database>, repos: readonly RepoRecord[]): Promise<void> {
  await db.executeQuery(CompiledQuery.raw(UPDATE_PAGE, [`[${repos.map(rowOf).join(',')}]`]))
}
