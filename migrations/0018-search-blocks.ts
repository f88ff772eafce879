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
  // Triggers, so that no writer can forget it, not even a program of before. They took no time that could be measured.
  `create function search.renew_blocks() returns trigger language plpgsql as $$
  begin
    insert into search.block (block) select distinct block from changed
    on conflict (block) do update set version = excluded.version;
    return null;
  end $$`,
  `comment on function search.renew_blocks is 'Gives the blocks of postings that were written other versions.'`,
  ...['insert', 'update'].map(
    (event) => `create trigger renew_blocks_on_${event} after ${event} on search.posting
      referencing new table as changed for each statement execute function search.renew_blocks()`,
  ),
  `create function search.forget_blocks() returns trigger language plpgsql as $$
  begin
    delete from search.block;
    return null;
  end $$`,
  `comment on function search.forget_blocks is 'Follows an index that was emptied.'`,
  `create trigger forget_blocks after truncate on search.posting
    for each statement execute function search.forget_blocks()`,
  // Only now that the triggers are there, and nobody writes a block between.
  `insert into search.block (block) select generate_series(0, (select max(ordinal) from search.document) / 8192)`,
]
