import { type Kysely, sql } from 'kysely'
import { describeColumns, describeTable } from './describe.ts'

/** Tables, columns and values under the names that the field has for them. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db)
}

/** Why a task can end up as a failure; src/catalog/stages/failure-cause.ts has the same list. */
const CAUSES = `'server-error', 'throttled', 'timeout', 'network', 'broken-answer', 'refused', 'gated', 'gone', 'moved',
  'not-authorized', 'too-large', 'process-died'`

const statements = [
  'alter table catalog.identity rename catalogue_id to catalog_id',
  'alter table catalog.identity rename needs_migration to min_migration',
  ...describeTable('catalog.identity', 'One row: what tells this catalog from others.', {
    catalog_id: 'Random, made once.',
    min_migration: 'The migration that a program must know to work on this catalog. An older program ends.',
  }),
  `update catalog.identity set min_migration = '0024-names'`,

  'alter table catalog.repo_counters rename moved_at to changed_at',
  ...describeColumns('catalog.repo_counters', { changed_at: 'When any of the counters last changed here.' }),

  'alter table catalog.misplaced_repos rename to unresolved_repos',
  ...describeTable(
    'catalog.unresolved_repos',
    'Repos whose name no longer leads to them, without proof that they are gone. They are left out of search.',
    { hub_id: 'The repo.', since: 'When its name first led elsewhere.' },
  ),

  'alter table catalog.forgotten rename to takedowns',
  'alter table catalog.takedowns rename forgotten_at to taken_down_at',
  ...describeTable('catalog.takedowns', 'Repos that the operator took down. A crawl never brings them back.', {
    hub_id: 'The repo.',
    taken_down_at: 'When it was taken down.',
  }),

  'alter table catalog.passes rename unproved to unconfirmed',
  'alter table catalog.passes rename settled_at to removals_checked_at',
  'alter view passes rename unproved to unconfirmed',
  ...describeColumns('catalog.passes', {
    unconfirmed: 'Repos that the pass missed and that the Hub did not confirm as gone. They are kept.',
    removals_checked_at: 'When all repos that the pass missed had been asked for; null until then.',
  }),
  ...describeColumns('passes', {
    unconfirmed: 'Repos that the pass missed and that the Hub did not confirm as gone. They are kept.',
  }),
  'alter table catalog.pass_sightings rename to pass_seen_ids',
  ...describeTable('catalog.pass_seen_ids', 'Repos that running full passes have seen, one row per page.', {
    hub_ids: 'The repos of the page.',
  }),

  'alter table catalog.repo_stages rename look_again_at to recheck_at',
  'alter view repo_stages rename look_again_at to recheck_at',
  ...describeColumns('catalog.repo_stages', {
    recheck_at: 'When the stage is due again without a new commit; null for never.',
  }),
  ...describeColumns('repo_stages', {
    recheck_at: 'When the stage is due again without a new commit; null for never.',
  }),

  'alter table catalog.refresh_queue rename is_wanted to is_pending',
  ...describeColumns('catalog.refresh_queue', {
    is_pending: 'Whether a refresh is still to be done, apart from one that is running.',
  }),

  'alter table catalog.search_target rename to active_index',
  'alter table catalog.active_index rename target to name',
  'alter table catalog.active_index rename next_target to next_name',
  'alter table catalog.active_index rename generation to epoch',
  ...describeTable('catalog.active_index', 'One row: the search index that follows the outbox.', {
    name: 'The index: postgres, or the address of a Meilisearch index.',
    next_name: 'A complete index that is about to take its place.',
    epoch: 'Grows when another index takes its place.',
  }),

  'alter view schedule_runs rename holder to lease_owner',

  `alter table catalog.failures drop constraint failures_cause_check`,
  `update catalog.failures set cause = 'not-authorized' where cause = 'not-authorised'`,
  `alter table catalog.failures add constraint failures_cause_check check (cause in (${CAUSES}))`,
]
