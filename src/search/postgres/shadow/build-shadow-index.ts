import type { Kysely } from 'kysely'
import type pg from 'pg'
import type { IndexBuild } from '../../search-engine.ts'
import { applyBatch } from '../index/apply-batch.ts'
import { TermCache } from '../index/term-cache.ts'
import { ShadowFill } from './shadow-fill.ts'
import { ShadowTables } from './shadow-tables.ts'
import { swapIn } from './swap-in.ts'

/** Builds an index in tables of its own, which then replace those of the current one. */
export async function buildShadowIndex<Tables>(db: Kysely<Tables>, pool: pg.Pool, identity: string): Promise<IndexBuild> {
  const tables = await ShadowTables.create(db, pool)
  const fill = new ShadowFill(tables)
  const cache = new TermCache()
  return {
    identity,
    append: async ({ upserts = [] }) => {
      await fill.append(upserts)
      return []
    },
    endAppending: () => fill.finish(),
    apply: async (batch) => {
      const cacheTerms = await tables.write((transaction) => applyBatch(transaction.db, batch, cache))
      cacheTerms()
      return []
    },
    activate: () => swapIn(db, tables),
    cleanUp: () => tables.drop(),
  }
}
