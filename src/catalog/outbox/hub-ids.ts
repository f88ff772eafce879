import { type Kysely, type RawBuilder, sql } from 'kysely'
import { configure } from '../postgres/transaction.ts'
import type { Database } from '../schema.ts'

/** Some repos: listed, or all from one hub id to another, both included. */
export type HubIds = readonly string[] | HubIdRange

export interface HubIdRange {
  first: string
  last: string
}

export function isRange(hubIds: HubIds): hubIds is HubIdRange {
  return 'first' in hubIds
}

/** The condition that a column is one of them. */
export function among(column: string, hubIds: HubIds): RawBuilder<boolean> {
  const hubId = sql.ref(column)
  return isRange(hubIds)
    ? sql`${hubId} between ${hubIds.first} and ${hubIds.last}`
    : sql`${hubId} = any(${[...hubIds]}::text[])`
}

/**
 * Reads a range of hub ids with plans that walk along the indexes once. Before Postgres has statistics of a table, it would read
 * all of it for each range, or compare each row with each other one. 5,000 repos took 10 ms of processor time instead of 47.
 */
export async function alongIndexes<Result>(
  db: Kysely<Database>,
  read: (transaction: Kysely<Database>) => Promise<Result>,
): Promise<Result> {
  return await db.transaction().execute(async (transaction) => {
    await configure(transaction, { jit: 'off', enable_seqscan: 'off', enable_bitmapscan: 'off', enable_nestloop: 'off' })
    return await read(transaction)
  })
}
