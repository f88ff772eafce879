import { type Kysely, sql } from 'kysely'
import { describeColumns } from './describe.ts'

/** Indexes in the orders of the Hub's lists, so that each page of the mirror costs the same however deep it is. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db)
}

/** What lists show. Also lets Postgres read names from an index alone. */
const LISTED = 'where removed_at is null and not private and not disabled'

const statements = [
  // The lists of a kind by a counter would otherwise read the counters of all kinds.
  'alter table catalog.repo_counters add kind text',
  'update catalog.repo_counters c set kind = r.kind from catalog.repos r where r.hub_id = c.hub_id',
  ...describeColumns('catalog.repo_counters', { kind: 'Kind of the repo, for indexes.' }),
  `update catalog.identity set min_migration = '0034-mirror'`,
  ...['trending_score', 'downloads', 'likes'].map(
    (counter) => `create index repo_counters_${counter} on catalog.repo_counters (kind, ${counter} desc, hub_id)`,
  ),
  // Read backwards for the newest first.
  `create index repos_created_at on catalog.repos (kind, created_at, hub_id) ${LISTED}`,
  `create index repos_last_modified on catalog.repos (kind, last_modified desc, hub_id) ${LISTED}`,
  `create index repos_listed_id on catalog.repos (kind, id collate "C" desc, hub_id) ${LISTED}`,
  `create index repos_parameters on catalog.repos (kind, parameters desc, hub_id) ${LISTED} and kind = 'model'`,
  `create index repos_bytes on catalog.repos (kind, bytes desc, hub_id) ${LISTED} and kind = 'dataset'`,
  // Cut, because an entry of an index has at most 2,704 bytes.
  `create function catalog.tag_keys(tags text[], task text, library text) returns text[]
    language sql immutable parallel safe
    return array(select left(t.tag, 100) from unnest(tags || task || library) t(tag) where t.tag is not null)`,
  `comment on function catalog.tag_keys is 'What the filters of lists look for: tags, task and library, each cut to 100 characters.'`,
  `create index repos_tag_keys on catalog.repos using gin (catalog.tag_keys(tags, pipeline_tag, library_name)) ${LISTED}`,
]
