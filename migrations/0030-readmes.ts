import { type Kysely, sql } from 'kysely'
import { describeTable } from './describe.ts'

/** Makes READMEs searchable. The repos whose README was fetched are indexed again. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db)
}

const statements = [
  // Not in bitmaps: a README has hundreds of words that few others have, and each would take up to a kilobyte per block.
  `create table search.readme (
    ordinal integer primary key,
    words tsvector not null
  )`,
  `create index readme_words on search.readme using gin (words)`,
  ...describeTable('search.readme', 'Words of READMEs, one row per document that has one.', {
    ordinal: 'Position of the document in all bitmaps.',
    words: 'Distinct words, as they are split for search, that the document has in no better place.',
  }),
  `insert into catalog.search_outbox (hub_id, counters_only)
    select r.hub_id, false from catalog.repos r join catalog.cards c on c.hub_id = r.hub_id
    where r.removed_at is null`,
]
