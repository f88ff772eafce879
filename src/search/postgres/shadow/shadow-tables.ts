import { type Kysely, sql } from 'kysely'
import type pg from 'pg'
import { inTransaction, type OpenTransaction } from '../../../catalog/postgres/transaction.ts'
import { SearchUnavailable } from '../../search-unavailable.ts'
import { useIndex, useSchema } from '../query/force-index-plans.ts'
import { createTables, dropTables, missingIndexes, SHADOW } from './table-definitions.ts'

/** What a fill needs from the start. All other indexes are made after the rows, which takes a fraction of the time. */
const EARLY_INDEXES: ReadonlySet<string> = new Set(['term_field_value_key', 'readme_pkey'])

/**
 * Tables with the columns of the index, in a schema of their own. Nobody searches them until they replace those of the index.
 * What a killed rebuild leaves is dropped by the next one.
 */
export class ShadowTables<Tables> {
  readonly #db: Kysely<Tables>
  readonly #pool: pg.Pool
  /** Identifies these tables among all that have had their names. */
  readonly #oid: string

  private constructor(db: Kysely<Tables>, pool: pg.Pool, oid: string) {
    this.#db = db
    this.#pool = pool
    this.#oid = oid
  }

  static async create<Tables>(db: Kysely<Tables>, pool: pg.Pool): Promise<ShadowTables<Tables>> {
    const oid = await db.transaction().execute(async (transaction) => {
      await dropTables(transaction, SHADOW)
      await createTables(transaction)
      const statements = await missingIndexes(transaction, EARLY_INDEXES)
      for (const statement of statements) await sql.raw(statement).execute(transaction)
      return await tableOid(transaction)
    })
    return new ShadowTables(db, pool, oid)
  }

  /**
   * Writes in a transaction, in which names of tables mean these.
   *
   * @throws SearchUnavailable if another rebuild has replaced these tables by its own; it cannot once they are written to
   */
  async write<Result>(work: (transaction: OpenTransaction) => Promise<Result>): Promise<Result> {
    return await this.#inTransaction((db) => useIndex(db, SHADOW), work)
  }

  /** As `write`, with plans that read whole tables. */
  async writeWhole<Result>(work: (transaction: OpenTransaction) => Promise<Result>): Promise<Result> {
    return await this.#inTransaction((db) => useSchema(db, SHADOW), work)
  }

  /** Makes the missing indexes, each in its own transaction, and stores the postings of each term next to each other. */
  async addIndexes(): Promise<void> {
    const statements = [...(await missingIndexes(this.#db)), `cluster ${SHADOW}.posting using posting_pkey`]
    for (const statement of statements) await this.writeWhole(({ db }) => sql.raw(statement).execute(db))
  }

  async #inTransaction<Result>(
    prepare: (db: OpenTransaction['db']) => Promise<void>,
    work: (transaction: OpenTransaction) => Promise<Result>,
  ): Promise<Result> {
    try {
      return await inTransaction(this.#pool, async (transaction) => {
        await prepare(transaction.db)
        const result = await work(transaction)
        await this.assertOwn(transaction.db)
        return result
      })
    } catch (error) {
      await this.assertOwn(this.#db)
      throw error
    }
  }

  async drop(): Promise<void> {
    await dropTables(this.#db, SHADOW)
  }

  async assertOwn<Any>(db: Kysely<Any>): Promise<void> {
    if ((await tableOid(db)) === this.#oid) return
    throw new SearchUnavailable(
      'lease-lost',
      'Another rebuild has replaced the tables of this one. Wait for that one, or start this one again.',
    )
  }
}

async function tableOid<Tables>(db: Kysely<Tables>): Promise<string> {
  const { rows } = await sql<{ oid: string | null }>`
    select to_regclass(${`${SHADOW}.document`})::oid::text as oid`.execute(db)
  return rows[0]?.oid ?? ''
}
