import { describe, expect, test } from 'vitest'
import { BrokenAnswer, Refused, RepoNotFound } from '../../src/hub/errors.ts'
import { REPO_KINDS } from '../../src/hub/kinds.ts'
import { sharedHub } from '../support/hub/sample-hub.ts'
import { allOf, failureOf, sendJson, startClient, startServer } from './test-server.ts'

const sample = sharedHub({ repos: 800, seed: 3, quota: 0 })
const client = () => startClient(sample.url, { token: 'hf_acme' })
type Named = { user: string; repo: { name: string; type: string } }

const accounts = async (name: string) => {
  const { discover } = client()
  const [user, organization] = await Promise.allSettled([discover.user(name), discover.organization(name)])
  return { user, organization }
}

describe('people', () => {
  test('are the owners of repos: each a user or an organization, with the number of repos', async () => {
    const owners = [...new Set([...sample.repos('model', [])].map(({ id }) => id.split('/')[0] ?? ''))].slice(0, 12)
    const types = new Set<string>()
    for (const name of owners) {
      const { user, organization } = await accounts(name)
      expect([user.status, organization.status].toSorted()).toEqual(['fulfilled', 'rejected'])
      const found = user.status === 'fulfilled' ? user : organization
      types.add(user.status === 'fulfilled' ? 'user' : 'organization')
      const models = [...sample.repos('model', [])].filter(({ id }) => id.startsWith(`${name}/`))
      expect(found).toMatchObject({ value: { numModels: models.length } })
    }
    expect(types.size).toBe(2)
    expect(await failureOf(client().discover.user('nobody-at-all'))).toBeInstanceOf(RepoNotFound)
  })

  test('like repos, and repos know their likers', async () => {
    const { discover } = client()
    const [liked] = [...sample.repos('model', ['likes'])].filter(({ id, likes }) => id.includes('/') && Number(likes) > 3)
    const likers = (await allOf(discover.likers('model', liked?.id ?? ''))).flatMap(({ items }) => items as Named[])
    expect(likers.length).toBe(Math.min(40, Number(liked?.['likes'])))
    const likes = (await allOf(discover.likes(likers[0]?.user ?? ''))).flatMap(({ items }) => items as Named[])
    expect(likes.map(({ repo }) => repo)).toContainEqual({ name: liked?.id, type: 'model' })
  })

  test('are members of organizations, in pages', async () => {
    for (const { id } of [...sample.repos('model', [])].slice(0, 20)) {
      const name = id.split('/')[0] ?? ''
      const { organization } = await accounts(name)
      if (organization.status === 'rejected') continue
      const members = (await allOf(client().discover.members(name))).flatMap(({ items }) => items as Named[])
      expect(members).toHaveLength(Number((organization.value as { numUsers: number }).numUsers))
      const first = await fetch(`${sample.url}/api/organizations/${name}/members?limit=1`)
      expect([await first.json(), first.headers.get('link') !== null]).toEqual([[members[0]], members.length > 1])
      return
    }
    expect.unreachable('none of the owners is an organization')
  })
})

test('The trend has the highest scores, of all kinds or of one', async () => {
  const { discover } = client()
  const all = (await discover.trending({ limit: 5 })) as { repoType: string; repoData: { id: string } }[]
  const scores = REPO_KINDS.flatMap((kind) => [...sample.repos(kind, ['trendingScore'])])
  const best = scores.toSorted((a, b) => Number(b['trendingScore']) - Number(a['trendingScore'])).slice(0, 1)
  expect(all[0]?.repoData.id).toBe(best[0]?.id)
  expect(all).toHaveLength(5)
  expect(all[0]?.repoData).not.toHaveProperty('_id')
  const models = (await discover.trending({ type: 'model' })) as typeof all
  expect(new Set(models.map(({ repoType }) => repoType))).toEqual(new Set(['model']))
  expect(await failureOf(discover.trending({ limit: 21 }))).toBeInstanceOf(Refused)
})

test('The quick search finds repos and their owners, of one type on request', async () => {
  const { discover } = client()
  const owner = [...sample.repos('model', [])].find(({ id }) => id.includes('/'))?.id.split('/')[0] ?? ''
  const found = await discover.quickSearch(owner, { limit: 3 })
  const { orgs, users } = found as { orgs: { name: string }[]; users: { name: string }[] }
  expect([...orgs, ...users].map(({ name }) => name)).toContain(owner)
  expect(Object.keys(await discover.quickSearch('a', { type: 'model' }))).not.toContain('datasets')
})

test('Papers are those that models name, and link back to them', async () => {
  const { discover } = client()
  const [page] = await allOf(discover.papers({ limit: 5 }))
  const [first] = (page?.items ?? []) as { id: string }[]
  const paper = await discover.paper(first?.id ?? '')
  const [model] = paper['linkedModels'] as { id: string }[]
  const tagged = [...sample.repos('model', ['tags'])].find(({ id }) => id === model?.id)
  expect(tagged?.['tags']).toContain(`arxiv:${first?.id}`)
  expect(await discover.searchPapers(first?.id ?? '')).toMatchObject([{ paper: { id: first?.id } }])
  expect((await discover.dailyPapers({ limit: 2 })).length).toBe(2)
  expect(await failureOf(discover.dailyPapers({ date: 'today' }))).toBeInstanceOf(Refused)
  expect(await failureOf(discover.paper('1234.56789'))).toBeInstanceOf(RepoNotFound)
})

test('Tasks, Croissant and discussions', async () => {
  const { discover, files } = client()
  expect(await discover.tasks()).toHaveProperty('text-generation.id', 'text-generation')
  sample.change.create('dataset', { id: 'acme/rows', sampleParquet: { configs: { de: { train: 1 } } } })
  expect(await discover.croissant('acme/rows')).toMatchObject({ name: 'rows', recordSet: [{ name: 'de' }] })
  const change = { path: 'x', content: Buffer.from('x') }
  await files.commit('dataset', 'acme/rows', { title: 'Fix', changes: [change], createPullRequest: true })
  const { discussions, count } = await discover.discussions('dataset', 'acme/rows')
  expect([discussions, count]).toMatchObject([[{ num: 1, title: 'Fix', isPullRequest: true }], 1])
  expect(await discover.discussions('dataset', 'acme/rows', { type: 'discussion' })).toHaveProperty('count', 0)
  sample.change.settings('dataset', 'acme/rows', { gated: 'manual' })
  expect(await discover.discussions('dataset', 'acme/rows', { status: 'open' })).toHaveProperty('count', 1)
})

test.each([
  '/api/users/reader-1/likes?cursor=abc',
  '/api/models/x/y/discussions?p=-1',
  '/api/trending?type=kernel',
  '/api/papers?limit=0',
])('%s is refused as a bad request, or because there is no such repo', async (path) => {
  expect([400, 401]).toContain((await fetch(sample.url + path)).status)
})

test('An answer of another shape is reported', async () => {
  const server = await startServer((_request, response) => sendJson(response, [1]))
  const { discover } = startClient(server.url)
  expect(await failureOf(discover.user('x'))).toBeInstanceOf(BrokenAnswer)
  expect(await failureOf(discover.tasks())).toBeInstanceOf(BrokenAnswer)
  expect(await failureOf(discover.user('..'))).toBeInstanceOf(Refused)
  expect(server.requests).toHaveLength(2)
})
