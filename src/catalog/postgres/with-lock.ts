import { type Kysely, sql, type Transaction } from 'kysely'
import { CatalogLocked, describeHolder, isLockTimeout } from './lock-holders.ts'

/** Longer than anything that is done under a lock takes: putting the index of 6 million repos in order, a minute or two. */
const WAIT_MS = 300_000

/**
 * Runs work in a transaction that only one process can be in at a time. The lock is a row lock: a login that may only read
 * cannot take it, while every login can take an advisory lock.
 *
 * @throws CatalogLocked, which names the holder, when it does not become free in time
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
      await sql.raw(`set local lock_timeout = ${waitMs}`).execute(transaction)
      await lockRow(transaction, name)
      await sql`set local lock_timeout to default`.execute(transaction)
      isHeld = true
      return await work(transaction)
    })
  } catch (error) {
    if (isHeld || !isLockTimeout(error)) throw error
    throw new CatalogLocked(
      `The lock "${name}" of the catalog did not become free within ${waitMs / 1000} s. ${await describeHolder(db, name)}`,
      { cause: error },
    )
  }
}

async function lockRow<Tables>(transaction: Transaction<Tables>, name: string): Promise<void> {
  const lock = sql`select from catalog.locks where name = ${name} for update`
  if ((await lock.execute(transaction)).rows.length > 0) return
  await sql`insert into catalog.locks (name) values (${name}) on conflict do nothing`.execute(transaction)
  await lock.execute(transaction)
}
