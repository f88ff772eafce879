import { type Kysely, sql } from 'kysely'
import { describeTable } from './describe.ts'

/** Which blocks of the Postgres search engine have changed, for who remembers what was in them. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db)
}

const statements = [
  `create table search.block (
    block integer primary key,
    version uuid not null default gen_random_uuid()
  ) with (fillfactor = 50)`,
  ...describeTable('search.block', 'One row a block of 8,192 ordinals.', {
    block: 'Ordinals from 8192 * block on.',
    version: 'Another after each change to which documents of the block have which terms.',
  }),
  `insert into search.block (block)
    select generate_series(0, (select max(ordinal) from search.document) / 8192)`,
  // Older programs would change what is in a block without its version: they leave the index alone from here on.
  `insert into catalog.search_versions (engine, version) values ('postgres', 2)
    on conflict (engine) do update set version = greatest(search_versions.version, excluded.version)`,
]
