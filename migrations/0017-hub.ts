import { type Kysely, sql } from 'kysely'
import { describeTable } from './describe.ts'

/** Which Hub the catalogue is of. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db)
}

const statements = [
  `create table catalog.hub (
    only_row boolean primary key default true check (only_row),
    endpoint text not null
  )`,
  ...describeTable('catalog.hub', 'The Hub that the catalogue is of. No row before the first crawl.', {
    only_row: 'True: there is one row at most.',
    endpoint: 'Its address.',
  }),
  // One that several were crawled into, when that was possible, is taken for the one's that was walked whole last.
  `insert into catalog.hub (endpoint)
    select endpoint from catalog.passes where pages > 0
    order by scope = 'full' and kind <> 'tags' desc, pass_id desc limit 1`,
]
