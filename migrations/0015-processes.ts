import { type Kysely, sql } from 'kysely'
import { describeTable } from './describe.ts'

/** Which catalogue this is, what a program must know to go on with it, and the processes at work on it. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db)
}

const statements = [
  `create table catalog.identity (
    only_row boolean primary key default true check (only_row),
    catalogue_id uuid not null default gen_random_uuid(),
    needs_migration text not null default '0015-processes'
  )`,
  'insert into catalog.identity default values',
  ...describeTable('catalog.identity', 'Which catalogue this is, and who may go on with it.', {
    only_row: 'True: there is one row.',
    catalogue_id: 'Tells this catalogue from others that use the same queue server. A copy of the database keeps it.',
    needs_migration:
      'Processes that do not know this migration end. One that older programs cannot live with puts its own name here.',
  }),
  `create table catalog.processes (
    holder text primary key,
    role text not null,
    version text not null,
    queue text,
    tasks text[] not null,
    budgets text[] not null,
    started_at timestamptz not null default now(),
    heartbeat_at timestamptz not null default now()
  ) with (fillfactor = 50)`,
  ...describeTable('catalog.processes', 'Processes that run for long over this catalogue, while they live.', {
    holder: 'Process: host, pid and a random part.',
    role: 'Its command: up, schedule, worker or serve.',
    version: 'Version of the program.',
    queue:
      'The shared queue that it uses, by the name that the queue itself has; null where tasks wait in the process.',
    tasks: 'Names of the tasks that it takes from there.',
    budgets: 'Fingerprints of its tokens: it takes the tasks of their lanes.',
    started_at: 'Start.',
    heartbeat_at: 'Last sign of life; after a minute without one it counts as dead.',
  }),
]
