import { mkdtemp, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { DuckDBInstance } from '@duckdb/node-api'
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { readManifest } from '../../../src/analytics/export/folder/folder-source.ts'
import { removeRepos } from '../../../src/catalog/passes/removals.ts'
import { crawledHub } from '../../support/catalog/crawled-hub.ts'
import { createAnyTarget } from '../../support/catalog/embedded.ts'
import { hubdex } from '../../support/processes/hubdex.ts'

/** The rows that an export since a time replaces, as docs/exports.md says. */
const CHANGED = `hub_id in (select hub_id from CHANGES('repos'))`
const WRITTEN = `hub_id in (select hub_id from CHANGES('repo_stages')
  union select hub_id from CHANGES('repos') where removed_at is not null)`
const REPLACED: Readonly<Record<string, string>> = {
  ...Object.fromEntries(['models', 'datasets', 'spaces', 'repos', 'repo_tags'].map((table) => [table, CHANGED])),
  ...Object.fromEntries(
    ['repo_stages', 'repo_details', 'repo_files', 'cards', 'dataset_columns', 'parquet_files', 'parquet_splits'].map(
      (table) => [table, WRITTEN],
    ),
  ),
  repo_events: `exists (select 1 from CHANGES('repo_events') c where c.hub_id = t.hub_id and c.event = t.event
    and c.happened_at = t.happened_at)`,
  repo_aliases: `(kind, alias, hub_id) in (select (kind, alias, hub_id) from CHANGES('repo_aliases'))`,
  repo_history: `(hub_id, day) in (select (hub_id, day) from CHANGES('repo_history'))`,
  passes: `pass_id in (select pass_id from CHANGES('passes'))`,
  schedule_runs: `run_id in (select run_id from CHANGES('schedule_runs'))`,
}

describe('an export of what changed since a time', () => {
  const { hub, catalog, environment } = crawledHub(createAnyTarget, { repos: 40, seed: 3 }, [])
  let parent: string
  beforeAll(async () => {
    parent = await mkdtemp(join(inject('scratchDirectory'), 'changes-'))
  })
  afterAll(() => rm(parent, { recursive: true }))

  async function exportTo(name: string, ...flags: string[]): Promise<void> {
    const { code, stderr } = await hubdex(['export', join(parent, name), ...flags], environment)
    expect({ code, stderr }).toMatchObject({ code: 0 })
  }

  test('makes a former export equal to a new one', async () => {
    await exportTo('before')
    const since = String(
      await catalog.value(`select to_char(clock_timestamp() at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`),
    )
    hub.churn(40)
    expect(await hubdex(['crawl'], environment)).toMatchObject({ code: 0 })
    const removed = String(await catalog.value('select hub_id from models order by id limit 1'))
    expect(await removeRepos(catalog.db, [removed], 'deleted')).toEqual([removed])
    await exportTo('after')
    await exportTo('changes', '--since', since)

    const instance = await DuckDBInstance.create()
    const duckdb = await instance.connect()
    const read = (folder: string, table: string) => `read_parquet('${join(parent, folder, table, table)}.parquet')`
    const countOf = async (query: string) =>
      Number((await duckdb.runAndReadAll(`select count(*) from (${query})`)).getRows()[0]?.[0])
    const { files } = await readManifest(join(parent, 'after'))
    let replaced = 0
    for (const { table } of files) {
      const condition = (REPLACED[table] ?? 'true').replaceAll(/CHANGES\('(\w+)'\)/g, (_, name: string) =>
        read('changes', name),
      )
      await duckdb.run(`create table ${table} as from ${read('before', table)}`)
      await duckdb.run(`delete from ${table} as t where ${condition}`)
      await duckdb.run(`insert into ${table} by name from ${read('changes', table)}`)
      const missing = await countOf(`from ${read('after', table)} except all from ${table}`)
      const outdated = await countOf(`from ${table} except all from ${read('after', table)}`)
      expect({ table, missing, outdated }).toEqual({ table, missing: 0, outdated: 0 })
      replaced += await countOf(`from ${read('before', table)} except all from ${table}`)
    }
    expect(replaced).toBeGreaterThan(0)
    expect(await countOf(`from repos where hub_id = '${removed}' and removed_at is not null`)).toBe(1)
    duckdb.closeSync()
    instance.closeSync()
  })
})
