import { type Kysely, sql } from 'kysely'
import { describeTable } from './describe.ts'

/** Which way of keeping an index is in use, so that an older program does not undo a newer one's. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db)
}

const statements = [
  'create table catalog.search_versions (engine text primary key, version int not null)',
  ...describeTable('catalog.search_versions', 'How the indexes of each search engine are kept.', {
    engine: 'postgres or meilisearch.',
    version: 'The newest way of keeping an index that any program has used. Older programs leave the index alone.',
  }),
]
