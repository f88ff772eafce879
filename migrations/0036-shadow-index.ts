import { type Kysely, sql } from 'kysely'

/** Where a rebuild of the Postgres search engine fills the tables that then replace those of `search`. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`create schema search_next`.execute(db)
  await sql`comment on schema search_next is 'Shadow index of the Postgres search engine during a rebuild; otherwise empty.'`.execute(
    db,
  )
}
