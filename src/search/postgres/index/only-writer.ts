import type { Kysely } from 'kysely'
import { withLock } from '../../../catalog/postgres/with-lock.ts'
import { useIndex } from '../query/force-index-plans.ts'

const WRITER_LOCK = 'search index'

/** The schema of the index that is searched. */
export const ACTIVE = 'search'

/** Lets one process at a time write the index, because ordinals, term ids and bits are read before they are written. */
export async function asOnlyWriter<Tables, Result>(
  db: Kysely<Tables>,
  write: (transaction: Kysely<Tables>) => Promise<Result>,
): Promise<Result> {
  return await withLock(db, WRITER_LOCK, async (transaction) => {
    await useIndex(transaction, ACTIVE)
    return await write(transaction)
  })
}
