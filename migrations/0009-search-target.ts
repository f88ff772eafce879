import { type Kysely, sql } from 'kysely'
import { describeTable } from './describe.ts'

/** Which search index the catalogue keeps, and what happens while it is built anew. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db)
}

const statements = [
  `create table catalog.search_target (
    only_row boolean primary key default true check (only_row),
    target text not null,
    next_target text,
    generation int not null default 0,
    rebuild_id uuid,
    rebuild_seen_at timestamptz
  )`,
  ...describeTable(
    'catalog.search_target',
    'The search index that follows the outbox. No row means that of Postgres.',
    {
      only_row: 'True: there is one row at most.',
      target: 'The index, as its engine names it.',
      next_target: 'The index that is about to take its place; complete, but for what search_rebuild names.',
      generation: 'Grows when another index takes its place.',
      rebuild_id: 'The process that builds it anew; null when none does.',
      rebuild_seen_at: 'When that process last said that it is at work.',
    },
  ),
  'create table catalog.search_rebuild (hub_id text primary key)',
  ...describeTable(
    'catalog.search_rebuild',
    'Repos whose outbox entries were applied while the index was built anew: to be applied to the new one, too.',
    { hub_id: 'The repo.' },
  ),
]
