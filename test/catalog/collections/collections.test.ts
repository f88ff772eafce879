import { describe, expect, it } from 'vitest'
import { type CollectionRecord, readCollection } from '../../../src/catalog/collections/collection-record.ts'
import { createCollectionStore, type DueCollection } from '../../../src/catalog/collections/collection-store.ts'
import { removeRepos } from '../../../src/catalog/passes/removals.ts'
import { findRepos } from '../../../src/catalog/repos/reads.ts'
import { namedRepos, takeDownRepo } from '../../../src/catalog/repos/takedown.ts'
import { writeRepos } from '../../../src/catalog/repos/write-page.ts'
import { sharedCatalog } from '../../support/catalog/catalog.ts'
import { catalogTargets } from '../../support/catalog/embedded.ts'
import { hubIdOf } from '../../support/hub/pages.ts'
import { addRepos } from '../stages/stage-catalog.ts'

const item = (number: number, more: object = {}) => ({
  _id: hubIdOf(1000 + number),
  position: number,
  type: 'model',
  id: `owner/repo-${number}`,
  ...more,
})

function collection(number: number, more: object = {}) {
  return {
    slug: `owner/title-${hubIdOf(number)}`,
    title: 'Title',
    description: 'About it',
    gating: false,
    lastUpdated: '2026-01-02T03:04:05.000Z',
    owner: { name: 'owner', fullname: 'The Owner', type: 'org', followerCount: 7 },
    items: [item(1), item(2)],
    theme: 'blue',
    private: false,
    upvotes: 3,
    isUpvotedByUser: false,
    ...more,
  }
}

function read(wire: object, source: 'list' | 'details' = 'list'): CollectionRecord {
  const record = readCollection(wire, source)
  if ('reason' in record) throw new Error(record.reason)
  return record
}

describe('reading a collection', () => {
  it('takes the identity and the creation date from the end of the slug', () => {
    const { hub_id, id, created_at, likes } = read(collection(5))
    expect({ hub_id, id, likes }).toEqual({ hub_id: hubIdOf(5), id: `owner/title-${hubIdOf(5)}`, likes: 3 })
    expect(Date.parse(created_at ?? '')).toBe(Number.parseInt(hubIdOf(5).slice(0, 8), 16) * 1000)
  })

  it.each([
    ['no object', 7],
    ['no slug', { title: 'x' }],
    ['a slug without an id', { slug: 'owner/title' }],
    ['an id alone', { slug: hubIdOf(1) }],
    ['an id that is glued to the title', { slug: `owner/title${hubIdOf(1)}` }],
  ])('rejects %s', (_, wire) => {
    expect(readCollection(wire, 'list')).toEqual({ reason: expect.any(String) })
  })

  it('does not notice upvotes, followers or who reads it, but its title, its date and its first items', () => {
    const { content_hash: hash } = read(collection(1))
    const hashOf = (more: object) => read(collection(1, more)).content_hash
    expect(hashOf({ upvotes: 9, isUpvotedByUser: true, owner: { ...collection(1).owner, followerCount: 8 } })).toBe(hash)
    for (const change of [
      { title: 'Other' },
      { lastUpdated: '2026-01-03T00:00:00Z' },
      { items: [item(1)] },
      { theme: 'pink' },
    ]) {
      expect(hashOf(change)).not.toBe(hash)
    }
  })

  it('has the same hash in a list and in details', () => {
    const items = [1, 2, 3, 4, 5, 6].map((number) => item(number))
    const listed = read(collection(1, { items: items.slice(0, 4) }))
    const detailed = read(collection(1, { items, position: 3, shareUrl: 'https://hf.co/x' }), 'details')
    expect(detailed.content_hash).toBe(listed.content_hash)
    expect([listed.isWhole, detailed.isWhole]).toEqual([false, true])
  })

  it('leaves out items of another shape, and names a nested collection by its slug', () => {
    const odd = [null, 'x', { type: 'model', id: 'a/b' }, { _id: 'i', type: 7, id: 'a/b' }, { _id: 'i', type: 'model', id: {} }]
    const nested = {
      _id: 'n',
      type: 'collection',
      id: hubIdOf(9),
      slug: `o/t-${hubIdOf(9)}`,
      note: { text: 'a\0b', html: '<p>' },
    }
    expect(read(collection(1, { items: [...odd, nested] })).items).toEqual([
      { itemId: 'n', position: 5, kind: 'collection', id: `o/t-${hubIdOf(9)}`, note: 'a\ufffdb' },
    ])
    for (const items of ['x', null, {}, 7]) expect(read(collection(1, { items })).items).toEqual([])
  })
})

describe.each(catalogTargets)('collections in the catalog ($engine)', ({ create }) => {
  const catalog = sharedCatalog(create)
  const write = (...wires: object[]) =>
    writeRepos(
      catalog.connection,
      wires.map((wire) => read(wire)),
    )
  const many = [1, 2, 3, 4].map((number) => item(number))
  const due = (): Promise<DueCollection[]> => createCollectionStore(catalog.connection).due(9, new Date(8.64e15))

  it('are in the view collections, with their items and the repos they name, and in no view of repos', async () => {
    await addRepos(catalog, 'model', [{ number: 1 }])
    await write(collection(5, { items: [item(1, { note: 'Good' }), { ...item(2), type: 'paper', id: '2510.04871' }] }))
    expect(
      await catalog.rows(
        `select owner, owner_type, title, theme, gated, upvotes::int, items::int, is_complete from collections`,
      ),
    ).toEqual([
      {
        owner: 'owner',
        owner_type: 'org',
        title: 'Title',
        theme: 'blue',
        gated: 'false',
        upvotes: 3,
        items: 2,
        is_complete: true,
      },
    ])
    expect(await catalog.rows('select position, kind, id, note, hub_id from collection_items order by position')).toEqual([
      { position: 1, kind: 'model', id: 'owner/repo-1', note: 'Good', hub_id: hubIdOf(1) },
      { position: 2, kind: 'paper', id: '2510.04871', note: null, hub_id: null },
    ])
    for (const view of ['repos', 'repo_events', 'repo_history', 'repo_aliases']) {
      expect(await catalog.value(`select count(*)::int from ${view} where kind = 'collection'`)).toBe(0)
    }
  })

  it('are due while a list shows only their first items, and not again until they change', async () => {
    await write(collection(5, { items: many }))
    expect(await due()).toEqual([{ hubId: hubIdOf(5), id: `owner/title-${hubIdOf(5)}` }])
    expect(await catalog.rows('select items::int, is_complete from collections')).toEqual([{ items: 4, is_complete: false }])
    const store = createCollectionStore(catalog.connection)
    await store.writeCollection(read(collection(5, { items: [...many, item(5), item(6)] }), 'details'))
    expect(await catalog.rows('select items::int, is_complete from collections')).toEqual([{ items: 6, is_complete: true }])
    await write(collection(5, { items: many, upvotes: 50 }))
    expect(await due()).toEqual([])
    await write(collection(5, { items: many, lastUpdated: '2026-02-02T00:00:00.000Z' }))
    expect(await due()).toHaveLength(1)
    // Until it is read again, it has its former items.
    expect(await catalog.value('select items::int from collections')).toBe(6)
  })

  it('lose the items that a whole answer no longer has, and take changes of the others', async () => {
    await write(collection(5, { items: [item(1), item(2), item(3)] }))
    await write(
      collection(5, { items: [item(3, { position: 0, note: 'First' }), item(1)], lastUpdated: '2026-02-02T00:00:00Z' }),
    )
    expect(await catalog.rows('select position, id, note from collection_items order by position')).toEqual([
      { position: 0, id: 'owner/repo-3', note: 'First' },
      { position: 1, id: 'owner/repo-1', note: null },
    ])
  })

  it('write nothing when they have not changed', async () => {
    const both = [collection(5), collection(6, { items: many })]
    await write(...both)
    const versions = () =>
      catalog.rows(`select xmin::text, hub_id from catalog.collection_items union all
        select xmin::text, hub_id from catalog.collection_reads union all select xmin::text, hub_id from catalog.repos order by 2, 1`)
    const before = await versions()
    await write(...both)
    expect(await versions()).toEqual(before)
  })

  it('keep their former slugs when the title changes, and are found by them', async () => {
    await write(collection(5))
    await write(collection(5, { slug: `owner/other-${hubIdOf(5)}`, title: 'Other' }))
    expect(await findRepos(catalog.db, `owner/title-${hubIdOf(5)}`)).toMatchObject([
      { kind: 'collection', id: `owner/other-${hubIdOf(5)}`, formerNames: [`owner/title-${hubIdOf(5)}`] },
    ])
  })

  it('vanish from the views when they are removed, and for good with all items when they are taken down', async () => {
    await write(collection(5), collection(6, { items: many }))
    await removeRepos(catalog.db, [hubIdOf(5)], 'deleted')
    expect(await catalog.rows('select hub_id from collections')).toEqual([{ hub_id: hubIdOf(6) }])
    expect(await catalog.value('select count(distinct collection_hub_id)::int from collection_items')).toBe(1)
    const [named] = await namedRepos(catalog.db, `owner/title-${hubIdOf(6)}`)
    if (named === undefined) throw new Error('Expected the collection.')
    await takeDownRepo(catalog.db, named)
    await write(collection(6, { items: many, title: 'Again' }))
    expect(await catalog.value('select count(*)::int from collections')).toBe(0)
    expect(await catalog.value(`select count(*)::int from catalog.collection_items where hub_id = '${hubIdOf(6)}'`)).toBe(0)
    expect(await due()).toEqual([])
  })

  it('are read by upvotes, and one at which processes died comes last, alone', async () => {
    await write(...[1, 2, 3].map((number) => collection(number, { items: many, upvotes: number })))
    const store = createCollectionStore(catalog.connection)
    const numbers = async () => (await due()).map(({ hubId }) => hubId)
    expect(await numbers()).toEqual([hubIdOf(3), hubIdOf(2), hubIdOf(1)])
    await store.beginReads([hubIdOf(3)])
    expect(await numbers()).toEqual([hubIdOf(2), hubIdOf(1)])
    await store.endReads([hubIdOf(3)])
    expect(await numbers()).toEqual([hubIdOf(3), hubIdOf(2), hubIdOf(1)])
    await store.failReads([{ hubId: hubIdOf(2), failure: { cause: 'timeout', status: null, answer: 'slow' } }])
    expect(await numbers()).toEqual([hubIdOf(3), hubIdOf(1)])
  })
})
