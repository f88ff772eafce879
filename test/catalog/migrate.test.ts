import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type CatalogConnection, openConnection } from '../../src/catalog/connection.ts'
import { migrate, SchemaTooNew } from '../../src/catalog/migrate.ts'
import { COUNTER_COLUMNS, REPO_COLUMNS } from '../../src/catalog/repos/columns.ts'
import { catalogTargets, type TestTarget } from '../support/catalog/embedded.ts'

describe.each(catalogTargets)('migrating the schema ($engine)', ({ create }) => {
  let given: TestTarget
  let connection: CatalogConnection
  let runs: Awaited<ReturnType<typeof migrate>>[]
  beforeAll(async () => {
    given = await create()
    connection = await openConnection(given.target)
    runs = await Promise.all([migrate(connection.db), migrate(connection.db)])
  })
  afterAll(async () => {
    await connection.close()
    await given.remove()
  })

  it('applies every migration to an empty database once, even if two processes start together', async () => {
    for (const { name } of runs[0] ?? []) {
      const applied = runs.map((outcomes) => outcomes.find((outcome) => outcome.name === name)?.applied)
      expect([name, applied.sort()]).toEqual([name, [false, true]])
    }
    expect((await migrate(connection.db)).every((outcome) => !outcome.applied)).toBe(true)
  })

  it.each([
    ['repos', REPO_COLUMNS],
    ['repo_counters', COUNTER_COLUMNS],
  ])('gives the table %s every column of a listing with its type', async (table, columns) => {
    const { rows } = await connection.pool.query<{ name: string; type: string }>(
      `select attname as name, case format_type(atttypid, atttypmod) when 'timestamp with time zone' then 'timestamptz'
         else format_type(atttypid, atttypmod) end as type
       from pg_attribute where attrelid = $1::regclass and attname = any($2)`,
      [`catalog.${table}`, Object.keys(columns)],
    )
    expect(Object.fromEntries(rows.map(({ name, type }) => [name, type]))).toEqual(columns)
  })

  it('enqueues live repos for search when their words change', async () => {
    await connection.pool.query(`
      drop index search.document_name_parts, search.document_name_beginning, search.document_name_ending,
        search.term_beginning;
      alter table search.document drop column name_parts;
      drop table search.readme;
      drop schema search_next;
      drop view repo_files;
      alter table catalog.repo_files drop column blob_ids, drop column pointer_sizes;
      alter table catalog.repo_counters drop column kind;
      drop index catalog.repos_created_at, catalog.repos_last_modified, catalog.repos_listed_id, catalog.repos_parameters,
        catalog.repos_bytes;
      drop function catalog.tag_keys cascade;
      drop view collection_items, collections;
      drop table catalog.collection_items, catalog.collection_reads;
      drop table catalog.embedder, catalog.embeddings, catalog.repo_totals;
      drop function catalog.total_repos cascade;
      delete from catalog.migrations where name >= '0027';
      insert into catalog.repos (hub_id, kind, id, content_hash, removed_at) values
        ('live', 'model', 'a/live', gen_random_uuid(), null), ('gone', 'model', 'a/gone', gen_random_uuid(), now());
      insert into catalog.cards (hub_id, text, bytes, truncated) values ('live', 'x', 1, false), ('gone', 'x', 1, false)`)
    await migrate(connection.db)
    const { rows } = await connection.pool.query('select hub_id, counters_only from catalog.search_outbox')
    // Once with all repos, and once for its README.
    const entry = { hub_id: 'live', counters_only: false }
    expect(rows).toEqual([entry, entry])
    await connection.pool.query('delete from catalog.search_outbox; delete from catalog.cards; delete from catalog.repos')
  })

  it('refuses a database that a newer version has migrated', async () => {
    await connection.pool.query(`insert into catalog.migrations values ('9999-later', now()::text)`)
    const refused = await migrate(connection.db).catch((error: unknown) => error)
    await connection.pool.query(`delete from catalog.migrations where name = '9999-later'`)
    expect(refused).toBeInstanceOf(SchemaTooNew)
    expect(String(refused)).toContain('9999-later')
  })
})
