import { type Kysely, sql } from 'kysely'
import type { Database } from './schema.ts'

/** Thrown when a catalogue of one Hub is to be filled from another: nothing was written. */
export class OtherHub extends Error {
  override readonly name = 'OtherHub'

  constructor(own: string, asked: string) {
    super(
      `This catalogue is of ${own}, and the endpoint is ${asked}; expected the same, for a catalogue holds one Hub. Give the ` +
        'other Hub a catalogue of its own (--data-dir or DATABASE_URL), or correct --endpoint (HF_ENDPOINT). If both are ' +
        `addresses of one Hub, say so with HUBDEX_SAME_HUB=${own}.`,
    )
  }
}

/** The address of the Hub that the catalogue is of; undefined before the first crawl. */
export async function hubEndpoint(db: Kysely<Database>): Promise<string | undefined> {
  return (await db.selectFrom('catalog.hub').select('endpoint').executeTakeFirst())?.endpoint
}

/**
 * Makes the catalogue that of the Hub at this address, once and for all. One without any repo is free to be another's, so
 * that a mistyped address costs nothing; passes that have begun there are dropped, and whoever walks them stops.
 *
 * @throws OtherHub when it holds repos of another
 */
export async function claimHub(db: Kysely<Database>, endpoint: string): Promise<void> {
  if ((await hubEndpoint(db)) === endpoint) return
  await sql`
    with claimed as (
      insert into catalog.hub (endpoint) values (${endpoint})
      on conflict (only_row) do update set endpoint = excluded.endpoint where not exists (select from catalog.repos)
      returning only_row)
    delete from catalog.passes where endpoint <> ${endpoint} and exists (select from claimed)`.execute(db)
  const own = await hubEndpoint(db)
  if (own !== undefined && own !== endpoint) throw new OtherHub(own, endpoint)
}

/**
 * Says that the Hub which was at one address is at another now: its passes go on, and unfinished ones from the first page,
 * since their cursors lead to the former address.
 *
 * @returns false when the catalogue is not of the Hub at the former address
 */
export async function moveHub(db: Kysely<Database>, from: string, to: string): Promise<boolean> {
  if (from === to) return false
  return await db.transaction().execute(async (transaction) => {
    const { numUpdatedRows } = await transaction
      .updateTable('catalog.hub')
      .set({ endpoint: to })
      .where('endpoint', '=', from)
      .executeTakeFirst()
    if (numUpdatedRows === 0n) return false
    // Left from before a catalogue had one Hub; the passes of the former address are to take their place.
    await transaction.deleteFrom('catalog.passes').where('endpoint', '=', to).where('state', '<>', 'complete').execute()
    await transaction
      .updateTable('catalog.passes')
      .set((column) => ({
        endpoint: to,
        cursor: null,
        holder: null,
        state: sql`case when ${column.ref('state')} = 'running' then 'interrupted' else ${column.ref('state')} end`,
      }))
      .where('endpoint', '=', from)
      .execute()
    return true
  })
}
