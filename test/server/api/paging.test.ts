import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { crawledHub } from '../../support/catalog/crawled-hub.ts'
import { catalogTargets } from '../../support/catalog/embedded.ts'
import { type ApiServer, startApi } from './api-server.ts'

const COUNT_EVENTS = 'select ((select count(*) from catalog.repos) + (select count(*) from catalog.repo_events))::int'

describe.each(catalogTargets)('paging ($engine)', ({ create }) => {
  const { hub, catalog } = crawledHub(create, { repos: 160, seed: 6, quota: 0 }, ['--stages', 'parquet'])
  let api: ApiServer
  beforeAll(async () => {
    api = await startApi(catalog, hub.url)
    // Times that many share, and events of all types between appearances.
    await catalog.rows(`update catalog.repos set first_seen_at = '2026-01-01' where hashtext(hub_id) % 3 = 0`)
    await catalog.rows(`
      insert into catalog.repo_events (hub_id, event, old_value, new_value, happened_at)
      select hub_id, event, 'a', 'b', case when hashtext(hub_id || event) % 2 = 0 then '2026-01-01' else first_seen_at end
      from catalog.repos, unnest(array['license', 'renamed', 'removed']) as event`)
  })
  afterAll(() => api[Symbol.asyncDispose]())

  /** All rows of a list, in pages of these sizes in turn. */
  async function walk(path: string, key: string, sizes: readonly number[]): Promise<unknown[]> {
    const rows: unknown[] = []
    let cursor: string | null = null
    for (let page = 0; page < 2_000; page++) {
      const limit = sizes[page % sizes.length] ?? 1
      const { status, text, json } = await api.get(`${path}&limit=${limit}${cursor === null ? '' : `&cursor=${cursor}`}`)
      expect([status, status === 200 ? '' : text]).toEqual([200, ''])
      expect(json[key].length).toBeLessThanOrEqual(limit)
      rows.push(...json[key])
      cursor = json.nextCursor
      if (cursor === null || json.hasMore === false) return rows
    }
    throw new Error('The list does not end.')
  }

  const sizes = fc.array(fc.integer({ min: 7, max: 300 }), { minLength: 1, maxLength: 4 })

  it.each([
    ['/api/v1/search?q=', 'hits'],
    ['/api/v1/search?q=model', 'hits'],
    ['/api/v1/search?sort=downloads&filter=downloads=..100', 'hits'],
    ['/api/v1/search?sort=created&kind=dataset', 'hits'],
    ['/api/v1/events?kind=model&kind=dataset&kind=space', 'events'],
    ['/api/v1/events?type=appeared&type=license', 'events'],
    ['/api/v1/events?since=2020-01-01T00:00:00Z', 'events'],
    ['/api/v1/events?since=2026-01-01T00:00:00Z&kind=model', 'events'],
    ['/api/v1/columns?name=text', 'datasets'],
  ])('of %s returns every row once, in the same order, whatever the sizes of the pages', async (path, key) => {
    const whole = await walk(path, key, [1_000])
    await fc.assert(
      fc.asyncProperty(sizes, async (pages) => {
        expect(await walk(path, key, pages)).toEqual(whole)
      }),
      { numRuns: 4 },
    )
    expect(new Set(whole.map((row) => JSON.stringify(row))).size).toBe(whole.length)
  })

  it('of events covers both tables, in the order of time', async () => {
    const newest = (await walk('/api/v1/events?', 'events', [100])) as { happenedAt: string }[]
    const oldest = (await walk('/api/v1/events?since=2000-01-01T00:00:00Z', 'events', [90])) as { happenedAt: string }[]
    expect(newest).toHaveLength(Number(await catalog.value(COUNT_EVENTS)))
    expect(oldest).toEqual(newest.toReversed())
    expect(newest.map(({ happenedAt }) => happenedAt)).toEqual(
      newest
        .map(({ happenedAt }) => happenedAt)
        .toSorted()
        .reverse(),
    )
  })

  it('of events continues with what came meanwhile, and waits for transactions that have begun earlier', async () => {
    const [{ hub_id: hubId } = {}] = await catalog.rows('select hub_id from catalog.repos limit 1')
    const since = new Date().toISOString()
    const add = `insert into catalog.repo_events (hub_id, event, new_value) values ('${hubId}', 'task', $1)`
    let { nextCursor } = (await api.get(`/api/v1/events?since=${since}`)).json
    const poll = async () => {
      const { json } = await api.get(`/api/v1/events?since=${since}&cursor=${nextCursor}`)
      nextCursor = json.nextCursor
      return json.events.map(({ newValue }: { newValue: string }) => newValue)
    }
    expect(await poll()).toEqual([])
    if ('databaseUrl' in catalog.target) {
      const slow = await catalog.connection.pool.connect()
      await slow.query('begin')
      await slow.query(add, ['slow'])
      await catalog.connection.pool.query(add, ['fast'])
      expect(await poll()).toEqual([])
      await slow.query('commit')
      slow.release()
      expect(await poll()).toEqual(['slow', 'fast'])
    }
    await catalog.connection.pool.query(add, ['last'])
    expect(await poll()).toEqual(['last'])
    expect(await poll()).toEqual([])
  })

  it('refuses damaged cursors, and those of another list', async () => {
    const { nextCursor } = (await api.get('/api/v1/search?q=model&limit=1')).json
    const forged = Buffer.from('999999999').toString('base64url')
    const paths = [
      `q=other&cursor=${nextCursor}`,
      `q=model&kind=model&cursor=${nextCursor}`,
      `q=model&cursor=x${nextCursor}`,
      `q=model&cursor=${nextCursor}x`,
      `q=model&cursor=${forged}.${String(nextCursor).split('.')[1]}`,
      `q=model&cursor=${forged}`,
      'q=model&cursor=',
      'q=model&cursor=..',
    ]
    for (const path of paths) {
      const { status, json } = await api.get(`/api/v1/search?${path}`)
      expect([path, status, json.code]).toEqual([path, 400, 'invalid-cursor'])
    }
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'grapheme', maxLength: 60 }), async (cursor) => {
        for (const list of ['search', 'events', 'columns?name=text']) {
          const path = `/api/v1/${list}${list.includes('?') ? '&' : '?'}cursor=${encodeURIComponent(cursor)}`
          expect((await api.get(path)).status).toBe(400)
        }
      }),
      { numRuns: 20 },
    )
  })
})
