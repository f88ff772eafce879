import { describe, expect, test } from 'vitest'
import type { HubChange } from '../../src/sample-hub/life/hub-change.ts'
import { createSampleHub } from '../../src/sample-hub/sample-hub.ts'
import { sharedHub } from '../support/hub/sample-hub.ts'
import { type Item, json } from './walk.ts'

const clock = { ms: Date.parse('2026-12-01T10:00:00.500Z') }
const hub = sharedHub({ repos: 400, seed: 4, quota: 0, now: () => clock.ms })

const get = (path: string) => fetch(hub.url + path, { redirect: 'manual' })
const list = async (query: string) => json<Item[]>(await get(`/api/models?${query}`))

describe('while it serves, a repo', () => {
  test('is created: first among the newest, with all fields that the Hub always sends', async () => {
    const { hubId, sha } = hub.change.create('model', { id: 'acme/new', tags: ['one'], likes: 3 })
    expect(await json(await get('/api/models/acme/new'))).toMatchObject({
      _id: hubId,
      author: 'acme',
      sha,
      private: false,
      gated: false,
      likes: 3,
      tags: ['one'],
      createdAt: '2026-12-01T10:00:00.000Z',
      lastModified: '2026-12-01T10:00:00.000Z',
    })
    expect(hubId.slice(0, 8)).toBe(Math.floor(clock.ms / 1000).toString(16))
    expect((await list('sort=createdAt&limit=1'))[0]?._id).toBe(hubId)
    expect((await list('filter=one')).map((repo) => repo.id)).toEqual(['acme/new'])
    expect(() => hub.change.create('model', { id: 'Acme/New' })).toThrow('acme/new')
  })

  test('is committed to: it becomes the latest change, with a new sha and other files', async () => {
    const [, second] = await list('sort=lastModified&limit=2&expand=sha')
    clock.ms += 60_000
    const siblings = [{ rfilename: 'README.md' }, { rfilename: 'weights.bin', size: 7 }]
    const change = hub.change.commit('model', second?.id ?? '', { siblings, fields: { library_name: undefined } })
    expect(change).toMatchObject({ type: 'commit', oldSha: second?.['sha'] })
    const [first] = await list('sort=lastModified&limit=1&full=true')
    expect(first).toMatchObject({ _id: second?._id, sha: change.sha, lastModified: '2026-12-01T10:01:00.000Z' })
    expect(first?.['siblings']).toEqual([{ rfilename: 'README.md' }, { rfilename: 'weights.bin' }])
    expect(first).not.toHaveProperty('library_name')
    expect(change.sha).not.toBe(second?.['sha'])
  })

  test('is moved: the old name answers 307 until another repo with another _id takes it', async () => {
    const { hubId } = hub.change.create('dataset', { id: 'acme/old' })
    hub.change.move('dataset', 'acme/old', 'other/name')
    hub.change.move('dataset', 'other/name', 'other/Name')
    for (const [from, to] of [
      ['/api/datasets/acme/old?blobs=true', '/api/datasets/other/Name?blobs=true'],
      ['/api/datasets/other/name', '/api/datasets/other/Name'],
      ['/datasets/acme/old/resolve/main/README.md', '/datasets/other/Name/resolve/main/README.md'],
    ]) {
      const answer = await get(from ?? '')
      expect([answer.status, answer.headers.get('location')]).toEqual([307, to])
    }
    expect(await json(await get('/api/datasets/other/Name'))).toMatchObject({ _id: hubId, author: 'other' })
    const taker = hub.change.create('dataset', { id: 'acme/old' })
    expect(taker.hubId).not.toBe(hubId)
    expect((await json(await get('/api/datasets/acme/old')))._id).toBe(taker.hubId)
    expect(() => hub.change.move('dataset', 'other/Name', 'acme/OLD')).toThrow('acme/old')
  })

  test('is deleted with all its names, one of which a new repo may take', async () => {
    const { hubId, sha } = hub.change.create('space', { id: 'acme/app', sdk: 'static' })
    hub.change.move('space', 'acme/app', 'acme/tool')
    hub.change.delete('space', 'acme/tool')
    expect((await get('/api/spaces/acme/app')).status).toBe(401)
    expect((await get('/api/spaces/acme/tool')).status).toBe(401)
    expect(() => hub.change.commit('space', 'acme/tool')).toThrow('acme/tool')
    const again = hub.change.create('space', { id: 'acme/tool', sdk: 'static', _id: hubId })
    expect(again.hubId).not.toBe(hubId)
    expect(again.sha).not.toBe(sha)
  })

  test('is made private, disabled and gated, and public again', async () => {
    const { hubId } = hub.change.create('model', { id: 'acme/shy' })
    const names = async () => (await list('author=acme')).map((repo) => repo.id)
    hub.change.settings('model', 'acme/shy', { private: true })
    expect([(await get('/api/models/acme/shy')).status, await names()]).toEqual([401, ['acme/new']])
    hub.change.settings('model', 'acme/shy', { private: false, disabled: true, gated: 'manual' })
    expect(await json(await get('/api/models/acme/shy'))).toMatchObject({ disabled: true, gated: 'manual' })
    expect(await names()).toEqual(['acme/new'])
    hub.change.settings('model', 'acme/shy', { disabled: false })
    expect((await names()).sort()).toEqual(['acme/new', 'acme/shy'])
    expect((await json(await get('/api/models/acme/shy')))._id).toBe(hubId)
  })

  test('is counted: the order of downloads follows, its dates do not change', async () => {
    const before = await json(await get('/api/models/acme/new'))
    hub.change.counters('model', 'acme/new', { downloads: 999_000_000, trendingScore: 5_000 })
    expect((await list('sort=downloads&limit=1'))[0]?.id).toBe('acme/new')
    expect((await list('limit=1'))[0]?.id).toBe('acme/new')
    expect(await json(await get('/api/models/acme/new'))).toEqual({ ...before, downloads: 999_000_000 })
  })
})

test('every change is emitted, and listings match what is read back', async () => {
  const changes: HubChange[] = []
  const stop = hub.change.onChange((change) => changes.push(change))
  hub.change.create('model', { id: 'b/c' })
  hub.change.settings('model', 'b/c', { private: true })
  hub.change.delete('model', 'b/c')
  stop()
  hub.change.create('model', { id: 'b/d' })
  expect(changes).toMatchObject([
    { type: 'create', id: 'b/c', isPrivate: false },
    { type: 'settings', id: 'b/c', isPrivate: true, settings: { private: true } },
    { type: 'delete', id: 'b/c', isPrivate: true, atMs: clock.ms },
  ])
  const listed = [...hub.repos('model')]
  const fields = ['sha', 'tags', 'downloads', 'lastModified']
  const pick = (repo: Item) => ({ _id: repo._id, id: repo.id, ...Object.fromEntries(fields.map((f) => [f, repo[f]])) })
  const seen = await list(`sort=createdAt&direction=1&${fields.map((field) => `expand=${field}`).join('&')}`)
  const byId = (a: Item, b: Item) => (a._id < b._id ? -1 : 1)
  expect(listed.map(pick).sort(byId)).toEqual(seen.map(pick).sort(byId))
})

test('a Hub that refuses details of disabled repos does so in the words that clients know', async () => {
  const strict = await createSampleHub({ payloads: { models: [{ id: 'a/b', disabled: true }] }, refuseDisabled: true })
  const answer = await fetch(`${strict.url}/api/models/a/b`)
  expect([answer.status, answer.headers.get('x-error-message')]).toEqual([403, 'Access to this resource is disabled.'])
  await strict.close()
})

test('changes are dated after the repos of a Hub that was generated for a later day than its clock says', async () => {
  const early = await createSampleHub({ repos: 40, now: () => 0 })
  expect(early.now()).toBe(Date.parse('2026-11-20T00:00:00.000Z'))
  await early.close()
})
