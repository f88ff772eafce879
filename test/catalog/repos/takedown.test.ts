import { describe, expect, it } from 'vitest'
import { createRefreshQueue } from '../../../src/catalog/processes/refresh-queue.ts'
import { liftTakedown, listTakedowns, namedRepos, takeDownRepo } from '../../../src/catalog/repos/takedown.ts'
import { sharedCatalog } from '../../support/catalog/catalog.ts'
import { crawlOnce, statesOf } from '../../support/catalog/crawl.ts'
import { catalogTargets } from '../../support/catalog/embedded.ts'
import { sharedHub } from '../../support/hub/sample-hub.ts'

const GONE = { hubId: 'a'.repeat(24), id: 'owner/unwanted', kind: 'model', isRemoved: false } as const
const KEPT = { hubId: 'b'.repeat(24), id: 'owner/wanted', kind: 'model', isRemoved: false } as const

/** For columns that accept certain values only. Future tables may need more. */
const VALUES: Record<string, unknown> = {
  kind: 'model',
  lease_owner: 'me',
  stage: 'details',
  outcome: 'done',
  cause: 'gone',
  private: false,
}

describe.each(catalogTargets)('taking down a repo ($engine)', ({ create }) => {
  const catalog = sharedCatalog(create)
  const hub = sharedHub({ repos: 60, seed: 5, quota: 0 })

  async function tables(withHubId: boolean): Promise<string[]> {
    const rows = await catalog.rows(`
      select t.table_name as name from information_schema.tables t
      where t.table_schema = 'catalog' and t.table_type = 'BASE TABLE' and (not ${withHubId} or exists (
        select from information_schema.columns c
        where c.table_schema = 'catalog' and c.table_name = t.table_name and c.column_name = 'hub_id'))`)
    return rows.map((row) => String(row['name']))
  }

  /** Inserts a row about the repo into any table. Required columns get a suitable value. */
  async function fill(table: string, { hubId, id }: { hubId: string; id: string }): Promise<void> {
    const columns = await catalog.rows(`
      select column_name as name, data_type as type from information_schema.columns
      where table_schema = 'catalog' and table_name = '${table}' and is_nullable = 'NO' and is_identity = 'NO'
        and (column_default is null or column_name = 'id')`)
    const values = columns.map(({ name, type }) => {
      if (name === 'hub_id') return hubId
      return VALUES[String(name)] ?? fitting(String(type), id)
    })
    const names = columns.map(({ name }) => name).join(', ')
    const places = columns.map((_, index) => `$${index + 1}`).join(', ')
    await catalog.connection.pool.query(`insert into catalog.${table} (${names}) values (${places})`, values)
  }

  /** Every row of the catalog that contains one of the texts, as `table: row`. */
  async function mentions(...texts: string[]): Promise<string[]> {
    const found: string[] = []
    for (const table of await tables(false)) {
      for (const { row } of await catalog.rows(`select to_jsonb(t)::text as row from catalog.${table} t`)) {
        if (texts.some((text) => String(row).includes(text))) found.push(`${table}: ${row}`)
      }
    }
    return found
  }

  /** Tables with a row for the repo; rows of other repos may name it. */
  async function tablesAbout(hubId: string): Promise<string[]> {
    const found: string[] = []
    for (const table of await tables(true)) {
      if (await catalog.value(`select exists (select from catalog.${table} where hub_id = '${hubId}')`)) found.push(table)
    }
    return found.filter((table) => table !== 'search_outbox')
  }

  it('deletes every row about it in all tables, and no row about others', async () => {
    await catalog.rows(
      `insert into catalog.processes (lease_owner, role, version, tasks, budgets) values ('me', 'test', '1', '{}', '{}')`,
    )
    const withHubId = (await tables(true)).filter((table) => table !== 'takedowns')
    expect(withHubId.length).toBeGreaterThan(10)
    for (const table of withHubId) {
      await fill(table, GONE)
      await fill(table, KEPT)
    }
    const keptBefore = await mentions(KEPT.hubId)

    const removed = await takeDownRepo(catalog.db, GONE)
    const expected = withHubId.filter((table) => table !== 'search_outbox')
    expect(removed).toEqual(Object.fromEntries(expected.map((table) => [table, 1])))
    const left = (await mentions(GONE.hubId, GONE.id)).map((row) => row.split(':')[0])
    expect([...new Set(left)].sort()).toEqual(['search_outbox', 'takedowns'])
    expect(await mentions(GONE.id)).toEqual([])
    expect(await mentions(KEPT.hubId)).toEqual(keptBefore)
  })

  it('deletes refresh requests under any of its names, except those of a repo that now has the name', async () => {
    for (const repo of [GONE, KEPT]) await fill('repos', repo)
    const alias = (name: string) =>
      catalog.rows(`insert into catalog.repo_aliases (kind, alias, hub_id) values ('model', '${name}', '${GONE.hubId}')`)
    await alias('owner/former')
    await alias(KEPT.id)
    const queue = createRefreshQueue(catalog.db)
    const request = (id: string) => ({ kind: 'model', id, hubId: null, reason: 'test' }) as const
    await queue.add([request('Owner/Unwanted'), request('owner/former'), request(KEPT.id), request('owner/other')])

    await takeDownRepo(catalog.db, GONE)
    expect(await catalog.rows('select id from catalog.refresh_queue order by id')).toEqual([
      { id: 'owner/other' },
      { id: KEPT.id },
    ])
  })

  it('keeps it out although the Hub still lists it, until the takedown is lifted', async () => {
    await crawlOnce(catalog, hub.url)
    const before = await catalog.rows('select hub_id from repos order by hub_id')
    const [{ id }] = (await catalog.rows(`select id from models order by id limit 1`)) as [{ id: string }]
    const [repo] = await namedRepos(catalog.db, id.toUpperCase(), 'model')
    if (repo === undefined) throw new Error('Not found.')
    expect(repo).toMatchObject({ id, kind: 'model', isRemoved: false })

    await takeDownRepo(catalog.db, repo)
    expect(await listTakedowns(catalog.db)).toMatchObject([{ hubId: repo.hubId, kind: 'model' }])
    const outcomes = await crawlOnce(catalog, hub.url)
    expect(statesOf(outcomes)).toMatchObject({ model: 'complete' })
    await crawlOnce(catalog, hub.url, { scope: 'recent', kinds: ['model'] })
    expect(await tablesAbout(repo.hubId)).toEqual(['takedowns'])
    expect(await catalog.value('select count(*)::int from repos')).toBe(before.length - 1)
    expect(await namedRepos(catalog.db, repo.hubId)).toEqual([])

    expect(await liftTakedown(catalog.db, repo.hubId)).toBe(true)
    expect(await liftTakedown(catalog.db, repo.hubId)).toBe(false)
    await crawlOnce(catalog, hub.url)
    expect(await catalog.rows('select hub_id from repos order by hub_id')).toEqual(before)
  })

  it('also deletes what a page writes at the same time', async () => {
    await crawlOnce(catalog, hub.url)
    const repos = await catalog.rows('select hub_id, kind, id from repos')
    await catalog.rows(`update catalog.repos set content_hash = gen_random_uuid(), id = id || '-old'`)
    const crawling = crawlOnce(catalog, hub.url, { pageSize: 5 })
    for (const { hub_id, kind, id } of repos.slice(0, 20)) {
      await takeDownRepo(catalog.db, { hubId: String(hub_id), kind: kind as 'model', id: String(id), isRemoved: false })
    }
    await crawling
    for (const { hub_id } of repos.slice(0, 20)) expect(await tablesAbout(String(hub_id))).toEqual(['takedowns'])
  })
})

function fitting(type: string, text: string): unknown {
  if (type === 'ARRAY') return []
  if (type.startsWith('timestamp') || type === 'date') return new Date()
  if (type === 'json' || type === 'jsonb') return JSON.stringify({ text })
  if (type === 'uuid') return '00000000-0000-0000-0000-000000000000'
  if (type === 'boolean') return false
  return type === 'text' ? text : 1
}
