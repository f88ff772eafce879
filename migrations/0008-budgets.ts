import { type Kysely, sql } from 'kysely'
import { describeTable } from './describe.ts'

/** What the Hub's quota was when a process last saw it. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db)
}

const statements = [
  `create table catalog.budgets (
    endpoint text not null,
    bucket text not null,
    remaining bigint not null,
    quota bigint not null,
    window_secs double precision not null,
    reset_at timestamptz not null,
    seen_at timestamptz not null default now(),
    primary key (endpoint, bucket)
  )`,
  ...describeTable('catalog.budgets', 'Budgets as a process last saw them, so that others can plan by them.', {
    endpoint: 'The Hub.',
    bucket: 'api or resolvers.',
    remaining: 'Requests that were left in the window.',
    quota: 'Requests a window.',
    window_secs: 'Length of the window.',
    reset_at: 'When the window was to end.',
    seen_at: 'When this was seen.',
  }),
]
