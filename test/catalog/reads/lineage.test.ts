import { beforeEach, describe, expect, it } from 'vitest'
import { type LineageLimits, lineageOf } from '../../../src/catalog/reads/lineage.ts'
import { sharedCatalog } from '../../support/catalog/catalog.ts'
import { catalogTargets } from '../../support/catalog/embedded.ts'

interface Given {
  id: string
  kind?: string
  bases?: [name: string, relation: string][]
  license?: string
  downloads?: number
  tags?: string[]
  uses?: { models?: string[]; datasets?: string[] }
  isRemoved?: boolean
}

describe.each(catalogTargets)('lineage ($engine)', ({ create }) => {
  const catalog = sharedCatalog(create)

  async function put(...repos: Given[]): Promise<void> {
    for (const {
      id,
      kind = 'model',
      bases = [],
      license = null,
      downloads = 0,
      tags = [],
      uses = {},
      isRemoved = false,
    } of repos) {
      await catalog.connection.pool.query(
        `insert into catalog.repos (hub_id, kind, id, author, license, base_models, base_relations, linked_models, linked_datasets,
           removed_at, tags, content_hash)
         values ($1, $2, $3, split_part($3, '/', 1), $4, $5, $6, $7, $8, $9, $10, md5($3)::uuid)`,
        [
          ...[`hub ${id}`, kind, id, license, bases.map(([name]) => name), bases.map(([, relation]) => relation)],
          ...[uses.models ?? [], uses.datasets ?? [], isRemoved ? new Date() : null, tags],
        ],
      )
      await catalog.connection.pool.query('insert into catalog.repo_counters (hub_id, downloads) values ($1, $2)', [
        `hub ${id}`,
        downloads,
      ])
    }
  }

  const graphOf = (id: string, limits: Partial<LineageLimits> = {}) =>
    lineageOf(catalog.db, `hub ${id}`, { direction: 'both', depth: 10, limit: 100, ...limits })
  const depthsOf = async (id: string, limits: Partial<LineageLimits> = {}) =>
    Object.fromEntries((await graphOf(id, limits)).nodes.map((node) => [node.id, node.depth]))

  beforeEach(async () => {
    await put(
      { id: 'a/base', license: 'mit', downloads: 50 },
      { id: 'b/tuned', bases: [['a/base', 'finetune']], license: 'mit', downloads: 40 },
      { id: 'c/small', bases: [['B/Tuned', 'quantized']], license: 'gpl', downloads: 30 },
      {
        id: 'd/mix',
        bases: [
          ['a/base', 'merge'],
          ['b/tuned', 'merge'],
          ['gone/base', 'merge'],
        ],
        downloads: 20,
      },
      { id: 'e/old', bases: [['a/base', 'adapter']], isRemoved: true },
      { id: 'f/app', kind: 'space', uses: { models: ['c/small'], datasets: ['g/data'] } },
      { id: 'g/data', kind: 'dataset' },
    )
  })

  it('has ancestors and descendants with their distance, and what the catalog does not know', async () => {
    expect(await depthsOf('b/tuned')).toEqual({ 'b/tuned': 0, 'a/base': -1, 'c/small': 1, 'd/mix': 1 })
    const { nodes, edges, truncated } = await graphOf('d/mix')
    expect(nodes.find(({ id }) => id === 'gone/base')).toMatchObject({ hubId: null, depth: -1 })
    expect(edges.map(({ parent, child, relation }) => `${parent} ${child} ${relation}`).toSorted()).toEqual([
      'model/a/base model/b/tuned finetune',
      'model/a/base model/d/mix merge',
      'model/b/tuned model/d/mix merge',
      'model/gone/base model/d/mix merge',
    ])
    expect(truncated).toBe(false)
  })

  it('has the models and Spaces that use a dataset, alternately, and what derives from these models', async () => {
    await put(
      { id: 'h/trained', tags: ['dataset:g/data', 'dataset:other'], downloads: 5 },
      { id: 'i/popular', tags: ['dataset:g/old-name'], downloads: 90 },
      { id: 'j/derived', bases: [['h/trained', 'finetune']] },
      { id: 'k/gone', tags: ['dataset:g/data'], isRemoved: true },
      { id: 'l/app', kind: 'space', uses: { datasets: ['G/Data', 'other'] } },
    )
    await catalog.rows(`insert into catalog.repo_aliases (kind, alias, hub_id) values ('dataset', 'g/old-name', 'hub g/data')`)
    expect(await depthsOf('g/data')).toEqual({
      ...{ 'g/data': 0, 'i/popular': 1, 'h/trained': 1, 'f/app': 1, 'l/app': 1, 'j/derived': 2 },
    })
    const { nodes, edges, truncated } = await graphOf('g/data', { limit: 2 })
    expect([nodes.map(({ id }) => id), truncated]).toEqual([['g/data', 'i/popular', expect.stringMatching(/app$/)], true])
    expect(nodes[0]?.descendants).toBe(4)
    expect(edges.map(({ relation, isLicenseChanged }) => [relation, isLicenseChanged])).toEqual([
      ['uses', false],
      ['uses', false],
    ])
  })

  it('marks edges along which the license changes, and counts direct descendants', async () => {
    const { edges, nodes } = await graphOf('a/base')
    const changed = edges.filter(({ isLicenseChanged }) => isLicenseChanged).map(({ child }) => child)
    expect(changed.toSorted()).toEqual(['model/c/small', 'model/d/mix', 'model/d/mix'])
    expect(Object.fromEntries(nodes.map(({ id, descendants }) => [id, descendants]))).toEqual({
      ...{ 'a/base': 2, 'b/tuned': 2, 'c/small': 0, 'd/mix': 0 },
    })
  })

  it('has what a Space uses, and the ancestors of that', async () => {
    expect(await depthsOf('f/app')).toEqual({ 'f/app': 0, 'c/small': -1, 'g/data': -1, 'b/tuned': -2, 'a/base': -3 })
    expect((await graphOf('f/app')).edges).toContainEqual({
      ...{ parent: 'dataset/g/data', child: 'space/f/app', relation: 'uses', isLicenseChanged: false },
    })
    expect(await depthsOf('g/data')).toEqual({ 'g/data': 0, 'f/app': 1 })
  })

  it('finds parents and children by former names', async () => {
    await catalog.rows(`insert into catalog.repo_aliases (kind, alias, hub_id) values ('model', 'old/name', 'hub a/base')`)
    await put({ id: 'h/late', bases: [['Old/Name', 'finetune']] })
    expect(await depthsOf('h/late')).toEqual({ 'h/late': 0, 'a/base': -1 })
    expect(await depthsOf('a/base', { depth: 1 })).toMatchObject({ 'h/late': 1 })
  })

  it('is limited by depth and number, nearer and more downloaded ones first', async () => {
    expect(await depthsOf('a/base', { depth: 1 })).toEqual({ 'a/base': 0, 'b/tuned': 1, 'd/mix': 1 })
    expect((await graphOf('a/base', { depth: 1 })).truncated).toBe(true)
    expect(await depthsOf('a/base', { limit: 1 })).toEqual({ 'a/base': 0, 'b/tuned': 1 })
    expect(await depthsOf('c/small', { depth: 1 })).toEqual({ 'c/small': 0, 'b/tuned': -1 })
    expect(await depthsOf('b/tuned', { direction: 'ancestors' })).toEqual({ 'b/tuned': 0, 'a/base': -1 })
    expect((await graphOf('b/tuned', { direction: 'descendants' })).truncated).toBe(false)
  })

  it('ends where models derive from each other or from themselves', async () => {
    await put(
      {
        id: 'x/one',
        bases: [
          ['x/three', 'finetune'],
          ['x/one', 'finetune'],
        ],
      },
      { id: 'x/two', bases: [['x/one', 'finetune']] },
      { id: 'x/three', bases: [['x/two', 'finetune']] },
    )
    const { nodes, edges } = await graphOf('x/one')
    expect(nodes.map(({ id }) => id).toSorted()).toEqual(['x/one', 'x/three', 'x/two'])
    expect(edges).toHaveLength(4)
  })

  it('follows a chain of 100 models', async () => {
    await catalog.rows(`
      insert into catalog.repos (hub_id, kind, id, base_models, base_relations, content_hash)
      select 'hub chain/' || n, 'model', 'chain/' || n, array['chain/' || n - 1], '{finetune}', md5(n::text)::uuid
      from generate_series(1, 100) n`)
    const { nodes, edges, truncated } = await graphOf('chain/1', { direction: 'descendants', depth: 1_000, limit: 1_000 })
    expect([nodes.length, edges.length, truncated, nodes.at(-1)?.depth]).toEqual([100, 99, false, 99])
    const up = await graphOf('chain/100', { direction: 'ancestors', depth: 1_000, limit: 1_000 })
    expect([up.nodes.length, up.truncated, up.nodes.at(-1)?.id]).toEqual([101, false, 'chain/0'])
  })
})
