import { type Kysely, sql } from 'kysely'
import { describeColumns } from './describe.ts'

/** Finds repos by their whole name, however it is joined, ordered or misspelled. All repos are indexed again. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db)
}

const statements = [
  `alter table search.document add column name_parts text collate "C"`,
  `create index document_name_parts on search.document (name_parts)`,
  // A name with one edit has nearly the same length, and its beginning or its ending.
  `create index document_name_beginning on search.document (length(name), name)`,
  `create index document_name_ending on search.document (length(name), (reverse(name) collate "C"))`,
  ...describeColumns('search.document', {
    name: 'The name without its owner and its separators, in lower case.',
    name_parts: 'The letters and the numbers of the name, sorted: the same for the same words in another order.',
  }),
  `insert into catalog.search_outbox (hub_id, counters_only)
    select hub_id, false from catalog.repos where removed_at is null`,
]
