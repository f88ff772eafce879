import { createCollection, deleteCollection, listCollections } from '@huggingface/hub'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { collect, json, nextOf } from '../sample-hub/walk.ts'
import { freshHub } from '../support/hub/sample-hub.ts'

const hub = freshHub({
  quota: 0,
  payloads: {
    models: Array.from({ length: 6 }, (_, number) => ({ id: `ada/m${number}`, private: number === 5 })),
    datasets: [{ id: 'ada/rows' }],
    spaces: [{ id: 'lab/app', sdk: 'static' }],
  },
  people: {
    users: [
      { name: 'rita', orgs: { lab: 'read' } },
      { name: 'will', orgs: { lab: 'write' } },
    ],
  },
})

function send(method: string, path: string, body?: unknown, token: string | undefined = 'hf_ada') {
  const headers = { 'content-type': 'application/json', ...(token === '' ? {} : { authorization: `Bearer ${token}` }) }
  return fetch(`${hub.url}/api/collections${path}`, { method, headers, body: body === undefined ? null : JSON.stringify(body) })
}

interface Shown {
  slug: string
  title: string
  items: { _id: string; id: string; type: string; position: number; note?: { text: string } }[]
  position?: number
}

async function made(fields: object = {}): Promise<Shown> {
  const answer = await send('POST', '', { title: 'My models', namespace: 'ada', ...fields })
  expect(answer.status).toBe(200)
  return await json<Shown>(answer)
}

const add = (slug: string, id: string, type = 'model', more: object = {}) =>
  send('POST', `/${slug}/items`, { item: { type, id }, ...more })
const shown = async (slug: string) => json<Shown>(await send('GET', `/${slug}`))
const idsIn = ({ items }: Shown) => items.map(({ id }) => id)

describe('a collection', () => {
  test('is created once per title, and the second response names the first', async () => {
    const { slug } = await made({ item: { type: 'dataset', id: 'ada/rows' } })
    expect(slug).toMatch(/^ada\/my-models-[0-9a-f]{24}$/)
    const again = await send('POST', '', { title: 'My  Models!', namespace: 'ada' })
    expect([again.status, await again.json()]).toEqual([409, { error: expect.any(String), slug }])
    expect(await shown(slug)).toMatchObject({ position: 0, private: false, theme: 'orange', items: [{ id: 'ada/rows' }] })
  })

  test('changes in an answer with a wrapper; its slug follows the title, and old slugs lead to it', async () => {
    const { slug } = await made()
    const answer = await send('PATCH', `/${slug}`, { title: 'Renamed', theme: 'pink', description: 'why' })
    const { data } = await json<{ data: Shown }>(answer)
    expect(data).toMatchObject({ title: 'Renamed', theme: 'pink', description: 'why' })
    expect(data.slug).toBe(slug.replace('my-models', 'renamed'))
    for (const path of [slug, data.slug, 'ada/renamed']) expect((await shown(path)).slug).toBe(data.slug)
  })

  test('is deleted once', async () => {
    const { slug } = await made()
    expect([(await send('DELETE', `/${slug}`)).status, (await send('DELETE', `/${slug}`)).status]).toEqual([200, 404])
  })

  test('is changed by those with rights only, and seen as each may see it', async () => {
    const inLab = await send('POST', '', { title: 'Lab', namespace: 'lab', private: true }, 'hf_will')
    const { slug } = await json<Shown>(inLab)
    const statuses = async (method: string, body?: object) =>
      await Promise.all(
        ['', 'hf_ada', 'hf_rita', 'hf_will'].map(async (token) => (await send(method, `/${slug}`, body, token)).status),
      )
    expect(await statuses('GET')).toEqual([404, 404, 200, 200])
    expect(await statuses('PATCH', { title: 'Lab' })).toEqual([401, 404, 403, 200])
    expect((await send('POST', '', { title: 'x', namespace: 'lab' }, 'hf_rita')).status).toBe(403)
    expect((await send('POST', '', { title: 'x', namespace: 'ada' }, 'hf_rita')).status).toBe(403)
  })
})

describe('an item', () => {
  test('is added by either name of the route, once, with a note', async () => {
    const { slug } = await made()
    expect((await add(slug, 'ada/m0', 'model', { note: 'a <b>' })).status).toBe(200)
    expect((await send('POST', `/${slug}/item`, { item: { type: 'space', id: 'lab/app' } })).status).toBe(200)
    expect((await add(slug, 'ada/m0')).status).toBe(409)
    expect((await add(slug, 'ada/none')).status).toBe(404)
    expect((await add(slug, '2307.09288', 'paper')).status).toBe(200)
    const { items } = await shown(slug)
    expect(items).toMatchObject([
      { id: 'ada/m0', type: 'model', position: 0, note: { text: 'a <b>', html: 'a &lt;b&gt;' } },
      { id: 'lab/app', type: 'space', position: 1, visibility: 'public' },
      { id: '2307.09288', type: 'paper', position: 2 },
    ])
  })

  test('may be another collection, but not the collection itself', async () => {
    const [outer, inner] = [await made(), await made({ title: 'Inner', item: { type: 'model', id: 'ada/m1' } })]
    expect((await add(outer.slug, outer.slug, 'collection')).status).toBe(400)
    expect((await add(outer.slug, inner.slug, 'collection')).status).toBe(200)
    const [item] = (await shown(outer.slug)).items
    expect(item).toMatchObject({ id: inner.slug.slice(-24), slug: inner.slug, numberItems: 1 })
  })

  test('moves, gets a note and goes by its own _id, one by one and in a batch', async () => {
    const { slug } = await made()
    for (const number of [0, 1, 2]) await add(slug, `ada/m${number}`)
    const [first, second, third] = (await shown(slug)).items.map(({ _id }) => _id)
    expect((await send('PATCH', `/${slug}/items/${third}`, { position: 0, note: 'best' })).status).toBe(200)
    expect(idsIn(await shown(slug))).toEqual(['ada/m2', 'ada/m0', 'ada/m1'])
    const batch = [
      { action: 'update', _id: first, data: { position: 2 } },
      { action: 'update', _id: second, data: { note: 'last' } },
    ]
    expect(idsIn(await json<Shown>(await send('POST', `/${slug}/items/batch`, batch)))).toEqual(['ada/m2', 'ada/m1', 'ada/m0'])
    const withUnknown = [
      { action: 'update', _id: first, data: { position: 0 } },
      { action: 'update', _id: 'f', data: {} },
    ]
    expect((await send('POST', `/${slug}/items/batch`, withUnknown)).status).toBe(404)
    expect(idsIn(await shown(slug))).toEqual(['ada/m2', 'ada/m1', 'ada/m0'])
    expect((await send('DELETE', `/${slug}/items/${third}`)).status).toBe(200)
    expect((await send('DELETE', `/${slug}/items/${third}`)).status).toBe(404)
    expect(idsIn(await shown(slug))).toEqual(['ada/m1', 'ada/m0'])
  })

  test('follows its repo to a new name, and is hidden with it', async () => {
    const { slug } = await made()
    for (const id of ['ada/m0', 'ada/m1', 'ada/m2', 'ada/m5']) await add(slug, id)
    hub.change.move('model', 'ada/m0', 'ada/moved')
    hub.change.delete('model', 'ada/m1')
    hub.change.create('model', { id: 'ada/m1' })
    // The former name has another repo for a while.
    hub.change.create('model', { id: 'ada/m0' })
    hub.change.delete('model', 'ada/m0')
    expect(idsIn(await shown(slug))).toEqual(['ada/moved', 'ada/m2', 'ada/m5'])
    expect(idsIn(await json<Shown>(await send('GET', `/${slug}`, undefined, '')))).toEqual(['ada/moved', 'ada/m2'])
  })
})

describe('a list of collections', () => {
  test('is paged, and cuts items to four', async () => {
    const { slug } = await made()
    for (const number of [0, 1, 2, 3, 4]) await add(slug, `ada/m${number}`)
    for (let number = 0; number < 11; number++) await made({ title: `Other ${number}`, private: number === 3 })
    const sizes: number[] = []
    const slugs = new Set<string>()
    for (let next: string | undefined = `${hub.url}/api/collections?sort=lastModified&limit=5`; next !== undefined; ) {
      const answer: Response = await fetch(next)
      const page = await json<Shown[]>(answer)
      sizes.push(page.length)
      for (const one of page) slugs.add(one.slug)
      expect(page.every((one) => one.position === undefined && one.items.length <= 4)).toBe(true)
      next = nextOf(answer)
    }
    // A private collection leaves a short page before the end.
    expect([sizes.reduce((sum, size) => sum + size), slugs.size, sizes.length]).toEqual([11, 11, 3])
    expect((await json<Shown[]>(await send('GET', ''))).length).toBe(10)
    expect((await shown(slug)).items).toHaveLength(5)
  })

  test('is found by owner, item and words', async () => {
    const { slug } = await made({ item: { type: 'model', id: 'ada/m0' } })
    await send('POST', '', { title: 'Lab things', namespace: 'lab' }, 'hf_will')
    const titles = async (query: string) => (await json<Shown[]>(await send('GET', query))).map(({ title }) => title)
    expect(await titles('?owner=lab')).toEqual(['Lab things'])
    expect(await titles('?owner=lab&owner=ada&sort=upvotes')).toHaveLength(2)
    expect(await titles('?item=models/ada/m0')).toEqual(['My models'])
    expect(await titles('?item=models/ada/none')).toEqual([])
    expect(await titles('?q=THINGS')).toEqual(['Lab things'])
    expect(await (await send('GET', '?owner=ada&expand=false')).json()).toEqual([
      { title: 'My models', private: false, upvotes: 0, name: slug },
    ])
  })
})

test.each([
  ['POST', '', { title: 'x'.repeat(61), namespace: 'ada' }],
  ['POST', '', { title: '', namespace: 'ada' }],
  ['POST', '', { namespace: 'ada' }],
  ['POST', '', { title: 'x', namespace: 'ada', description: 'x'.repeat(151) }],
  ['POST', '', []],
  ['PATCH', 'slug', { theme: 'black' }],
  ['PATCH', 'slug', { position: -1 }],
  ['POST', 'slug/items', { item: { type: 'model', id: 'ada/m0' }, note: 'x'.repeat(501) }],
  ['POST', 'slug/items', { item: { type: 'kernel', id: 'ada/m0' } }],
  ['POST', 'slug/items', undefined],
  ['GET', '?limit=0', undefined],
  ['GET', '?limit=10001', undefined],
  ['GET', '?sort=best', undefined],
  ['GET', '?cursor=bad', undefined],
  ['GET', '?item=kernels/a/b', undefined],
])('%s /%s with %j is refused with 400', async (method, path, body) => {
  const { slug } = await made({ title: 'Mine' })
  const answer = await send(method, path.startsWith('?') ? path : path === '' ? '' : `/${path.replace('slug', slug)}`, body)
  expect([answer.status, await answer.json()]).toEqual([400, { error: expect.any(String) }])
})

test('any JSON as a body is answered, and never with a failure of the server', async () => {
  const { slug } = await made()
  const { items } = await json<Shown>(await add(slug, 'ada/m0'))
  const near = fc.record(
    {
      title: fc.oneof(fc.string(), fc.integer()),
      namespace: fc.constantFrom('ada', 'lab', ''),
      item: fc.record({ type: fc.constantFrom('model', 'paper', 'collection', 'x'), id: fc.string() }),
      note: fc.string(),
      position: fc.oneof(fc.integer(), fc.double()),
      action: fc.constant('update'),
      _id: fc.constantFrom(items[0]?._id, 'x'),
      data: fc.object(),
    },
    { requiredKeys: [] },
  )
  const routes = fc.constantFrom<[string, string][]>(
    ['POST', ''],
    ['PATCH', `/${slug}`],
    ['POST', `/${slug}/items`],
    ['POST', `/${slug}/items/batch`],
    ['PATCH', `/${slug}/items/${items[0]?._id}`],
  )
  await fc.assert(
    fc.asyncProperty(routes, fc.oneof(near, fc.array(near), fc.jsonValue()), async ([method, path], body) => {
      expect((await send(method, path, body)).status).toBeLessThan(500)
    }),
    { numRuns: 150 },
  )
  expect((await shown(slug)).items).toHaveLength(1)
})

test("the Hub's own client manages collections", async () => {
  const parameters = { hubUrl: hub.url, accessToken: 'hf_ada' }
  const { slug } = await createCollection({ ...parameters, collection: { title: 'By client', namespace: 'ada' } })
  await add(slug, 'ada/m0')
  const found = await collect(listCollections({ hubUrl: hub.url, search: { owner: ['ada'], item: ['models/ada/m0'] } }))
  expect(found.map((one) => one.slug)).toEqual([slug])
  await deleteCollection({ ...parameters, slug })
  await expect(deleteCollection({ ...parameters, slug })).rejects.toMatchObject({ statusCode: 404 })
})
