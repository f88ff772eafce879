import { type Kysely, sql } from 'kysely'
import { isSameUrl } from '../../config/url-spelling.ts'
import type { Database } from '../schema.ts'
import { OtherHub } from './other-hub.ts'

/** The address of the catalog's Hub; undefined before the first crawl. */
export async function hubEndpoint(db: Kysely<Database>): Promise<string | undefined> {
  return (await db.selectFrom('catalog.hub').select('endpoint').executeTakeFirst())?.endpoint
}

/**
 * Binds the catalog to the Hub at this address. A catalog without repos can be bound to another one, so a mistyped address
 * costs nothing: its passes are deleted, and the processes that walk them stop.
 *
 * @throws OtherHub if the catalog has repos of another Hub
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

/** Another spelling of the same address: cursors stay valid. */
async function respell(db: Kysely<Database>, from: string, to: string): Promise<void> {
  await dropUnfinishedPasses(db, to)
  await db.updateTable('catalog.passes').set({ endpoint: to }).where('endpoint', '=', from).execute()
  await db.updateTable('catalog.hub').set({ endpoint: to }).where('endpoint', '=', from).execute()
}

/** Deletes leftovers from when a catalog could have several Hubs, to make room for the passes of its current address. */
async function dropUnfinishedPasses(db: Kysely<Database>, endpoint: string): Promise<void> {
  await db.deleteFrom('catalog.passes').where('endpoint', '=', endpoint).where('state', '<>', 'complete').execute()
}

/**
 * Records that the Hub has moved to another address. Its passes continue; unfinished ones restart from the first page, because
 * their cursors point to the former address.
 *
 * @returns false if the catalog is not bound to the former address
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
