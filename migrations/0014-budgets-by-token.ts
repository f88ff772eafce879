import { type Kysely, sql } from 'kysely'
import { describeColumns } from './describe.ts'

/** What is left of each token's budget, in place of one figure for all tokens of whichever process spoke last. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db)
}

const statements = [
  // They come again with the next answers.
  'delete from catalog.budgets',
  'alter table catalog.budgets add budget text not null, drop constraint budgets_pkey',
  'alter table catalog.budgets add primary key (endpoint, budget, bucket)',
  ...describeColumns('catalog.budgets', {
    budget: 'Fingerprint of the token, which gives nothing of it away; anonymous without one.',
    remaining: 'Requests that were left in the window: the least that any process was told.',
  }),
]
