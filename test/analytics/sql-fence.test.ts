import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { QueryRefused, QueryTimedOut } from '../../src/analytics/query-errors.ts'
import { runQuery } from '../../src/analytics/sql-runner.ts'
import type { CatalogConnection } from '../../src/catalog/connection.ts'
import { catalogTargets } from '../support/catalog/embedded.ts'
import { attacks, bombs } from './attacks.ts'
import { openFencedCatalog } from './fenced-catalog.ts'

const limits = { timeoutMs: 10_000, maxRows: 1000, maxBytes: 1_000_000 }

/** Everything that an attack could have changed, as seen by its connection and the database. */
const CANARY = `
  select current_user as user, session_user as login,
    current_setting('statement_timeout') as timeout, current_setting('search_path') as path,
    (select json_agg(r order by r.hub_id) from catalog.repos r) as repos,
    (select json_agg(relname order by relname) from pg_class where relkind <> 'i') as relations,
    (select count(*) from pg_proc) as functions,
    (select count(*) from pg_largeobject_metadata) as large_objects,
    (select count(*) from pg_listening_channels()) as channels,
    (select json_agg(acl.* order by acl) from pg_class, aclexplode(relacl) as acl) as rights,
    (select obj_description('models'::regclass)) as remark,
    (select last_value from catalog.search_outbox_seq_seq) as sequence,
    (select count(*) from pg_locks where locktype = 'advisory'
      and database = (select oid from pg_database where datname = current_database())) as locks`

describe.each(catalogTargets)('the fence around queries ($engine)', ({ create, engine }) => {
  let catalog: CatalogConnection

  beforeAll(async () => {
    catalog = await openFencedCatalog(create)
  })
  afterAll(() => catalog.close())

  async function canary(): Promise<unknown> {
    return (await catalog.pool.query(CANARY)).rows
  }

  test.each(attacks)('holds when a query $does', async ({ text, refusal }) => {
    const before = await canary()
    const run = runQuery(catalog.pool, text, limits)
    if (refusal === undefined) await run.catch((error: unknown) => expect(error).toBeInstanceOf(QueryRefused))
    else await expect(run).rejects.toMatchObject({ name: 'QueryRefused', code: expect.stringMatching(refusal) })
    expect(await canary()).toEqual(before)
  })

  // Stopping a query restarts the embedded engine, which takes seconds, so that one such query has to do there.
  test.each(engine === 'embedded' ? bombs.slice(0, 1) : bombs)('holds when a query $does', async ({ text }) => {
    const before = await canary()
    const error = await runQuery(catalog.pool, text, { ...limits, timeoutMs: 200 }).catch((error: unknown) => error)
    expect(error).toBeInstanceOf(QueryTimedOut)
    expect(error).toMatchObject({ timeoutMs: 200 })
    expect(await canary()).toEqual(before)
  })
})
