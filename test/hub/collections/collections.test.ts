import { describe, expect, test } from 'vitest'
import { BrokenAnswer, BrokenLink, NotAuthorized, OutcomeUnknown, Refused, RepoNotFound } from '../../../src/hub/errors.ts'
import { createFault } from '../../../src/sample-hub/faults/fault.ts'
import { createSampleHub } from '../../../src/sample-hub/sample-hub.ts'
import { collect } from '../../sample-hub/walk.ts'
import { freshHub } from '../../support/hub/sample-hub.ts'
import { failureOf, sendJson, startClient, startServer } from '../test-server.ts'

const SLUG = 'ada/list-64f9a55bb3115b4f513ec026'
const hub = freshHub({ quota: 0, payloads: { models: [{ id: 'ada/m' }, { id: 'ada/n' }] } })
const client = (token = 'hf_ada') => startClient(hub.url, { token }).collections

describe('a client', () => {
  test('creates, reads, fills, orders and deletes a collection', async () => {
    const collections = client()
    const { slug } = await collections.create({ title: 'List', namespace: 'ada', description: 'why' })
    expect(await collections.addItem(slug, { type: 'model', id: 'ada/m', note: 'first' })).toBe(true)
    expect(await collections.addItem(slug, { type: 'model', id: 'ada/m' })).toBe(false)
    await collections.addItem(slug, { type: 'model', id: 'ada/n' })
    const { items, owner, description } = await collections.get(slug)
    expect([owner, description, items.map(({ id, note }) => [id, note])]).toEqual([
      'ada',
      'why',
      [
        ['ada/m', 'first'],
        ['ada/n', undefined],
      ],
    ])
    const [first, second] = items.map(({ itemId }) => itemId) as [string, string]
    await collections.updateItem(slug, second, { position: 0 })
    await collections.updateItems(slug, [{ itemId: first, note: 'now second' }])
    await collections.deleteItem(slug, second)
    expect((await collections.get(slug)).items).toMatchObject([{ itemId: first, note: 'now second', position: 0 }])
    expect((await collections.update(slug, { title: 'Other', private: true })).slug).toBe(slug.replace('list', 'other'))
    await collections.delete(slug)
    expect(await failureOf(collections.get(slug))).toBeInstanceOf(RepoNotFound)
    expect(await failureOf(collections.delete(slug))).toBeInstanceOf(RepoNotFound)
  })

  test('lists all pages, also behind one that is empty', async () => {
    const collections = client()
    for (let number = 0; number < 6; number++) {
      await collections.create({ title: `List ${number}`, namespace: 'ada', private: number < 3 })
    }
    const titles = async (token: string) =>
      (await collect(client(token).list({ owners: ['ada'], pageSize: 2 }))).map(({ title }) => title)
    expect((await titles('hf_ada')).length).toBe(6)
    expect((await titles('')).toSorted()).toEqual(['List 3', 'List 4', 'List 5'])
  })

  test('gets the slug of the collection with the same title, and errors that name limits and missing rights', async () => {
    const collections = client()
    const { slug } = await collections.create({ title: 'List', namespace: 'ada' })
    const taken = await failureOf(collections.create({ title: 'List', namespace: 'ada' }))
    expect(taken).toBeInstanceOf(Refused)
    expect(taken).toMatchObject({ status: 409, answer: { slug } })
    const note = 'x'.repeat(501)
    expect(await failureOf(collections.addItem(slug, { type: 'model', id: 'ada/m', note }))).toMatchObject({ status: 400 })
    expect(await failureOf(collections.addItem(slug, { type: 'model', id: 'ada/none' }))).toBeInstanceOf(RepoNotFound)
    expect(await failureOf(client('hf_bob').update(slug, { title: 'Mine' }))).toMatchObject({ status: 403 })
    expect(await failureOf(client('').update(slug, { title: 'Mine' }))).toBeInstanceOf(NotAuthorized)
  })

  test('sends nothing for what cannot name a collection', async () => {
    const { total } = hub.requests
    for (const slug of ['', 'list', 'a/b/c', '../x', 'a/..'])
      expect(await failureOf(client().get(slug))).toBeInstanceOf(Refused)
    expect(await failureOf(client().deleteItem(SLUG, '..'))).toBeInstanceOf(Refused)
    expect(hub.requests.total).toBe(total)
  })
})

test('a creation without an answer is not repeated', async () => {
  const faults = [createFault('cut', { path: '/api/collections', times: 1 })]
  const cutting = await createSampleHub({ payloads: {}, quota: 0, faults })
  const collections = startClient(cutting.url, { token: 'hf_ada' }).collections
  expect(await failureOf(collections.create({ title: 'List', namespace: 'ada' }))).toBeInstanceOf(OutcomeUnknown)
  expect(cutting.requests.total).toBe(1)
  await cutting.close()
})

describe('an answer that no Hub sends', () => {
  const answering = async (json: unknown, headers: Record<string, string> = {}) =>
    startClient((await startServer((_request, response) => sendJson(response, json, headers))).url).collections

  test.each([null, [], {}, { slug: 1, title: 'x' }, 'text'])('is refused as a collection: %j', async (json) => {
    expect(await failureOf((await answering(json)).get(SLUG))).toBeInstanceOf(BrokenAnswer)
  })

  test.each([{}, [1], [{ slug: 'x' }]])('is refused as a list: %j', async (json) => {
    expect(await failureOf(collect((await answering(json)).list()))).toBeInstanceOf(BrokenAnswer)
  })

  test('is a next page elsewhere, or in a circle', async () => {
    const elsewhere = await answering([], { link: '<https://other.example/api/collections?limit=100>; rel="next"' })
    const failure = await failureOf(collect(elsewhere.list({ owners: ['ada'] })))
    expect(failure).toBeInstanceOf(BrokenLink)
    const circle = await answering([], { link: '</api/collections?limit=100>; rel="next"' })
    expect(await failureOf(collect(circle.list()))).toBeInstanceOf(BrokenLink)
  })

  test('may have items that nobody can name, which are left out', async () => {
    const items = [null, { _id: 'a', type: 'model', id: 'x/y', note: 'text' }, { type: 'model', id: 'x/z' }]
    const { items: read } = await (await answering({ slug: SLUG, title: 'x', items })).get(SLUG)
    expect(read).toEqual([{ itemId: 'a', type: 'model', id: 'x/y', position: 1, note: undefined }])
  })
})
