import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { searchRows } from '../../../src/catalog/outbox/outbox.ts'
import { readPage } from '../../../src/crawl/passes/read-page.ts'
import { documentOf } from '../../../src/search/indexing/to-document.ts'
import { sendJson, startServer } from '../../hub/test-server.ts'
import { sharedCatalog } from '../../support/catalog/catalog.ts'
import { crawlOnce, statesOf } from '../../support/catalog/crawl.ts'
import { anyCatalogTarget } from '../../support/catalog/embedded.ts'
import { hubIdOf } from '../../support/hub/pages.ts'

const nested = (levels: number) => `${'['.repeat(levels)}1${']'.repeat(levels)}`

/** Items of a page as JSON with the columns that they are stored as. */
const ITEMS: readonly [json: string, outcome: Record<string, unknown> | 'rejected'][] = [
  ['{"id":"a/first","tags":["license:mit"]}', { license: 'mit' }],
  [
    `{"id":"a/deep","likes":3,"tags":["license:mit","en"],"cardData":{"library_name":"x","deep":${nested(7_000)}}}`,
    { license: 'mit', languages: ['en'], library_name: 'x', card: { library_name: 'x', hubdexOmitted: ['deep'] } },
  ],
  [
    `{"id":"a/deeper","cardData":{"license":"mit"},"config":${nested(100_000)}}`,
    { license: 'mit', payload: { hubdexOmitted: ['config'] } },
  ],
  ['{"id":"a/numeric","tags":["license:mit","en",2024,"ok"]}', { license: 'mit', tags: ['license:mit', 'en', '2024', 'ok'] }],
  ['{"id":"a/null","tags":[null,"license:mit",{},[]]}', { license: 'mit', tags: ['license:mit'] }],
  [
    '{"id":"a/card","tags":[],"cardData":{"license":["mit","apache-2.0"],"base_model":"org/base"}}',
    { license: 'mit', base_models: ['org/base'] },
  ],
  ['{"id":"a/numbers","likes":1e400,"downloads":"12","trendingScore":-5e-324,"createdAt":"2024-02-30T00:00:00Z"}', {}],
  ['{"id":"a/nul\\u0000","tags":["\\ud800"],"cardData":{"\\u0000":"\\udfff"}}', {}],
  ['{"no":"id"}', 'rejected'],
  [nested(20_000), 'rejected'],
  ['null', 'rejected'],
  ['{"id":"a/last"}', {}],
]

const TAGS = {
  license: [{ id: 'license:mit', label: 'MIT' }, null, 'license:bare', { label: 'no id' }, { id: 'x'.repeat(1_001) }],
  // Equal once they are stored.
  other: [{ id: 'a\0' }, { id: 'a\uFFFD' }],
  [`${'long'.repeat(1_000)}`]: [{ id: 'x' }],
}

describe.each(anyCatalogTarget)('a crawl of a Hub with malformed items ($engine)', ({ create }) => {
  const catalog = sharedCatalog(create)

  it('completes and stores every repo and tag that can be read', async () => {
    const server = await startServer(({ url = '' }, response) => {
      if (url.includes('-tags-by-type')) return sendJson(response, TAGS)
      const items = url.startsWith('/api/models') ? ITEMS : []
      const withIds = items.map(([json], index) => json.replace('{"id"', `{"_id":"${hubIdOf(index + 1)}","id"`))
      response.writeHead(200, { 'content-type': 'application/json' }).end(`\uFEFF[${withIds.join(',')}]`)
    })
    const outcomes = await crawlOnce(catalog, server.url)
    expect(statesOf(outcomes)).toEqual({
      model: 'complete',
      dataset: 'complete',
      space: 'complete',
      tags: 'complete',
    })
    expect(outcomes.find(({ kind }) => kind === 'model')).toMatchObject({ inserted: 9, rejected: 3 })
    const rows = await catalog.rows('select * from catalog.repos order by hub_id')
    const expected = ITEMS.flatMap(([, outcome]) => (outcome === 'rejected' ? [] : [outcome]))
    expect(rows).toMatchObject(expected)

    const listed = rows.find(({ id }) => id === 'a/card')
    const [row] = await searchRows(catalog.db, [String(listed?.['hub_id'])])
    expect(row && documentOf(row).license).toEqual(['mit', 'apache-2.0'])

    expect(await catalog.rows(`select type, id, label from tags where kind = 'model' order by id`)).toEqual([
      { type: 'other', id: 'a\uFFFD', label: 'a\uFFFD' },
      { type: 'license', id: 'license:bare', label: 'license:bare' },
      { type: 'license', id: 'license:mit', label: 'MIT' },
    ])

    const again = await crawlOnce(catalog, server.url)
    expect(again.find(({ kind }) => kind === 'model')).toMatchObject({ inserted: 0, updated: 0, unchanged: 9 })
  })
})

describe('a page', () => {
  it('contains every repo that can be read, whatever the other items are', () => {
    const good = fc.record({ id: fc.constant('a/b'), likes: fc.nat() })
    const odd = fc.oneof(
      fc.jsonValue(),
      fc.integer({ min: 100, max: 30_000 }).map((levels) => JSON.parse(nested(levels))),
    )
    fc.assert(
      fc.property(fc.array(fc.oneof(good, odd)), (items) => {
        const position = { previousCursor: null, cursor: null, requests: 1 }
        const { repos, rejected } = readPage({ kind: 'model', items, includePrivate: true, ...position })
        expect(repos.length + rejected.length).toBe(items.length)
        const readable = items.filter((item) => Object(item).id === 'a/b')
        expect(repos.filter(({ id }) => id === 'a/b').map(({ likes }) => ({ id: 'a/b', likes }))).toEqual(readable)
      }),
    )
  })
})
