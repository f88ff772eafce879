import { type Kysely, sql } from 'kysely'
import { isSameUrl } from '../../config/url-spelling.ts'
import type { Database } from '../schema.ts'
import { OtherHub } from './other-hub.ts'

/** The address of the Hub that the catalog is of; undefined before the first crawl. */
export async function hubEndpoint(db: Kysely<Database>): Promise<string | undefined> {
  return (await db.selectFrom('catalog.hub').select('endpoint').executeTakeFirst())?.endpoint
}

/**
 * Makes the catalog that of the Hub at this address, once and for all. One without any repo is free to be another's, so
 * that a mistyped address costs nothing; passes that have begun there are dropped, and whoever walks them stops.
 *
 * @throws OtherHub when it holds repos of another
 */
export async function claimHub(db: Kysely<Database>, endpoint: string): Promise<void> {
  const known = await hubEndpoint(db)
  if (known === endpoint) return
  if (known !== undefined && isSameUrl(known, endpoint)) return await respell(db, known, endpoint)
  await sql`
    with claimed as (
      insert into catalog.hub (endpoint) values (${endpoint})
      on conflict (only_row) do update set endpoint = excluded.endpoint where not exists (select from catalog.repos)
      returning only_row)
    delete from catalog.passes where endpoint <> ${endpoint} and exists (select from claimed)`.execute(db)
  const own = await hubEndpoint(db)
  if (own !== undefined && own !== endpoint) throw new OtherHub(own, endpoint)
}

/** The same address in another spelling: cursors lead where they led. */
async function respell(db: Kysely<Database>, from: string, to: string): Promise<void> {
  await dropUnfinishedPasses(db, to)
  await db.updateTable('catalog.passes').set({ endpoint: to }).where('endpoint', '=', from).execute()
  await db.updateTable('catalog.hub').set({ endpoint: to }).where('endpoint', '=', from).execute()
}

/** Left from before a catalog had one Hub; the passes of its present address are to take their place. */
async function dropUnfinishedPasses(db: Kysely<Database>, endpoint: string): Promise<void> {
  await db.deleteFrom('catalog.passes').where('endpoint', '=', endpoint).where('state', '<>', 'complete').execute()
}

/**
 * Says that the Hub which was at one address is at another now: its passes go on, and unfinished ones from the first page,
 * since their cursors lead to the former address.
 *
 * @returns false when the catalog is not of the Hub at the former address
 */
export async function moveHub(db: Kysely<Database>, from: string, to: string): Promise<boolean> {
  return await db.transaction().execute(async (transaction) => {
    const known = await hubEndpoint(transaction)
    if (known === undefined || !isSameUrl(known, from) || isSameUrl(known, to)) return false
    await transaction.updateTable('catalog.hub').set({ endpoint: to }).execute()
    await dropUnfinishedPasses(transaction, to)
    await transaction
      .updateTable('catalog.passes')
      .set((column) => ({
        endpoint: to,
        cursor: null,
        lease_owner: null,
        state: sql`case when ${column.ref('state')} = 'running' then 'interrupted' else ${column.ref('state')} end`,
      }))
      .where('endpoint', '=', known)
      .execute()
    return true
  })
}
