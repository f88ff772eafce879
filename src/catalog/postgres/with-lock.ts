import { type Kysely, sql, type Transaction } from 'kysely'
import { CatalogLocked, describeHolder, isLockTimeout } from './lock-holders.ts'

/** Longer than any work under a lock: reordering the index of 6 million repos takes a minute or two. */
const WAIT_MS = 300_000

/**
 * Runs work in a transaction that excludes other processes. It uses a row lock, because every login can take an advisory lock,
 * and a read-only login cannot take a row lock.
 *
 * @throws CatalogLocked, which names the holder, if the lock does not become free in time
 */
export async function withLock<Tables, Result>(
  db: Kysely<Tables>,
  name: string,
  work: (transaction: Transaction<Tables>) => Promise<Result>,
  { waitMs = WAIT_MS }: { waitMs?: number } = {},
): Promise<Result> {
  let isHeld = false
  try {
    return await db.transaction().execute(async (transaction) => {
      await takeLocks(transaction, [name], waitMs)
      isHeld = true
      return await work(transaction)
    })
  } catch (error) {
    throw isHeld ? error : await namingHolder(db, [name], error, waitMs)
  }
}

/** Takes locks until the transaction ends. Callers that take several give them in the same order. */
export async function takeLocks<Tables>(
  transaction: Kysely<Tables>,
  names: readonly string[],
  waitMs = WAIT_MS,
): Promise<void> {
  await sql.raw(`set local lock_timeout = ${waitMs}`).execute(transaction)
  for (const name of names) await lockRow(transaction, name)
  await sql`set local lock_timeout to default`.execute(transaction)
}

/**
 * For an error of `takeLocks`, once its transaction has ended.
 *
 * @returns CatalogLocked if a lock did not become free in time, otherwise the same error
 */
export async function namingHolder<Tables>(
  db: Kysely<Tables>,
  names: readonly string[],
  error: unknown,
  waitMs = WAIT_MS,
): Promise<unknown> {
  if (!isLockTimeout(error)) return error
  const locks = names.map((name) => `"${name}"`).join(', ')
  return new CatalogLocked(
    `The lock ${locks} of the catalog did not become free within ${waitMs / 1000} s. ${await describeHolder(db, names)}`,
    { cause: error },
  )
}

async function lockRow<Tables>(transaction: Kysely<Tables>, name: string): Promise<void> {
  const lock = sql`select from catalog.locks where name = ${name} for update`
  if ((await lock.execute(transaction)).rows.length > 0) return
  await sql`insert into catalog.locks (name) values (${name}) on conflict do nothing`.execute(transaction)
  await lock.execute(transaction)
}
