import { setTimeout as sleep } from 'node:timers/promises'
import { type Kysely, sql } from 'kysely'
import { CatalogLocked, describeTransactions, isLockTimeout, waitForTables } from '../../../catalog/postgres/lock-holders.ts'
import { SearchUnavailable } from '../../search-unavailable.ts'
import { BLOCK_SIZE } from '../bitmap/blocks.ts'
import { ACTIVE, asOnlyWriter } from '../index/only-writer.ts'
import type { ShadowTables } from './shadow-tables.ts'
import { copyProperties, dropTables, layoutOf, SHADOW, TABLES } from './table-definitions.ts'

/** Searches wait behind a statement that waits for a lock on a table of the index. */
const LOCK_WAIT_MS = 1_000
const RETRY_AFTER_MS = 2_000
/** How long to try: longer than a backup of a large catalog, which reads these tables, too. */
const TRY_MS = 3_600_000

/**
 * Replaces the tables of the index by those of the shadow index, in one transaction. Retries while a long transaction reads the
 * index.
 *
 * @throws CatalogLocked, which names that transaction, when it does not end
 */
export async function swapIn<Tables>(db: Kysely<Tables>, tables: ShadowTables<Tables>): Promise<void> {
  // Committed before the swap: the snapshot of a search may be older than the swap that it waits for.
  await tables.write(async ({ db: transaction }) => {
    await sql`
      insert into block (block) select generate_series(0, (select max(ordinal) from document) / ${BLOCK_SIZE}::int)
      on conflict do nothing`.execute(transaction)
  })
  for (const startedAt = performance.now(); ; ) {
    try {
      return await asOnlyWriter(db, (transaction) => swap(transaction, tables))
    } catch (error) {
      if (!isLockTimeout(error)) throw error
      if (performance.now() > startedAt + TRY_MS) {
        throw new CatalogLocked(`The new search index cannot replace the current one. ${await describeTransactions(db)}`, {
          cause: error,
        })
      }
      await sleep(RETRY_AFTER_MS)
    }
  }
}

async function swap<Tables>(db: Kysely<Tables>, tables: ShadowTables<Tables>): Promise<void> {
  await tables.assertOwn(db)
  if ((await layoutOf(db, ACTIVE)) !== (await layoutOf(db, SHADOW))) {
    throw new SearchUnavailable(
      'task-failed',
      'The tables of the search index were changed during the rebuild, so its result was discarded. Start it again.',
    )
  }
  await waitForTables(db, LOCK_WAIT_MS)
  for (const table of TABLES) await sql.raw(`lock table ${ACTIVE}.${table} in access exclusive mode`).execute(db)
  await copyProperties(db)
  await dropTables(db, ACTIVE)
  for (const table of TABLES) await sql.raw(`alter table ${SHADOW}.${table} set schema ${ACTIVE}`).execute(db)
}
