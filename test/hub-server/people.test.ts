import { createRepo, deleteRepo, whoAmI } from '@huggingface/hub'
import { describe, expect, test } from 'vitest'
import { json } from '../sample-hub/walk.ts'
import { freshHub } from '../support/hub/sample-hub.ts'

const FINE = {
  token: 'hf_fine',
  role: 'fineGrained' as const,
  scoped: [{ entity: { type: 'model' as const, name: 'lab/mine' }, permissions: ['repo.write'] }],
}
const hub = freshHub({
  payloads: {
    models: [
      { id: 'lab/mine', private: true },
      { id: 'lab/open' },
      { id: 'lab/gated', gated: 'manual' },
      { id: 'lab/shy', private: true },
    ],
  },
  whoamiQuota: 2,
  people: {
    orgs: [{ name: 'lab', plan: 'enterprise' }],
    users: [
      { name: 'pia', pro: true },
      { name: 'ada', orgs: { lab: 'admin' } },
      { name: 'will', orgs: { lab: 'write' } },
      { name: 'connie', orgs: { lab: 'contributor' } },
      { name: 'rita', orgs: { lab: 'read' } },
      { name: 'fay', orgs: { lab: 'admin' }, tokens: [FINE, { token: 'hf_look', role: 'read' }] },
      { name: 'guest', access: ['models/lab/gated'] },
    ],
  },
})

function ask(path: string, token?: string, init: { method?: string; body?: unknown } = {}): Promise<Response> {
  const headers: Record<string, string> = { 'content-type': 'application/json' }
  if (token !== undefined) headers['authorization'] = `Bearer ${token}`
  const body = init.body === undefined ? null : JSON.stringify(init.body)
  return fetch(hub.url + path, { method: init.method ?? 'GET', headers, body, redirect: 'manual' })
}
const statusOf = async (...given: Parameters<typeof ask>) => (await ask(...given)).status

describe('whoami', () => {
  test('says who the user is, with organizations, roles and token', async () => {
    const rita = await whoAmI({ accessToken: 'hf_rita', hubUrl: hub.url })
    expect(rita).toMatchObject({
      type: 'user',
      name: 'rita',
      isPro: false,
      orgs: [{ type: 'org', name: 'lab', plan: 'enterprise', roleInOrg: 'read' }],
      auth: { type: 'access_token', accessToken: { role: 'write', createdAt: expect.any(Date) } },
    })
    const fay = await json<Record<string, unknown>>(await ask('/api/whoami-v2', 'hf_fine'))
    expect(fay).toMatchObject({
      auth: { accessToken: { role: 'fineGrained', fineGrained: { scoped: FINE.scoped, canReadGatedRepos: false } } },
    })
    expect(await json(await ask('/api/whoami-v2', 'hf_pia'))).toMatchObject({ isPro: true, canPay: true })
    expect(await json(await ask('/api/whoami-v2', 'hf_open_mind'))).toMatchObject({ name: 'open-mind' })
  })

  test.each([undefined, 'hf_lab', 'hf_fay', 'nonsense'])('is refused with the token %s', async (token) => {
    expect(await statusOf('/api/whoami-v2', token)).toBe(401)
  })

  test('has a limit of its own', async () => {
    const statuses = [1, 2, 3].map(() => statusOf('/api/whoami-v2', 'hf_ada'))
    expect((await Promise.all(statuses)).toSorted()).toEqual([200, 200, 429])
    expect(await statusOf('/api/models', 'hf_ada')).toBe(200)
  })
})

describe('a private repo', () => {
  test.each([
    [undefined, 401],
    ['hf_pia', 404],
    ['hf_rita', 200],
    ['hf_connie', 200],
    ['hf_look', 200],
    ['hf_fine', 404],
  ])('is seen with the token %s as %i', async (token, status) => {
    expect(await statusOf('/api/models/lab/shy', token)).toBe(status)
    const listed = (await json<{ id: string }[]>(await ask('/api/models?author=lab', token))).map(({ id }) => id)
    expect(listed.includes('lab/shy')).toBe(status === 200)
  })

  test('is seen with a fine-grained token for it', async () => {
    expect(await statusOf('/api/models/lab/mine', 'hf_fine')).toBe(200)
  })
})

test('files of a gated repo are for members and for those with access, which an owner grants', async () => {
  const read = (token: string) => statusOf('/lab/gated/resolve/main/README.md', token)
  expect([await read('hf_pia'), await read('hf_rita'), await read('hf_guest')]).toEqual([403, 200, 200])
  const grant = (token: string, user: string) =>
    statusOf('/api/models/lab/gated/user-access-request/grant', token, { method: 'POST', body: { user } })
  expect([await grant('hf_rita', 'pia'), await grant('hf_ada', 'lab'), await grant('hf_ada', 'pia')]).toEqual([403, 404, 200])
  const duplicate = { method: 'POST', body: { repository: 'guest/copy' } }
  expect(await statusOf('/api/models/lab/gated/duplicate', 'hf_other', duplicate)).toBe(403)
  expect(await statusOf('/api/models/lab/gated/duplicate', 'hf_guest', duplicate)).toBe(200)
  expect(await read('hf_pia')).toBe(200)
})

describe('changes', () => {
  test.each([
    ['hf_rita', { create: 403, settings: 403, write: 403 }],
    ['hf_connie', { create: 200, settings: 403, write: 403 }],
    ['hf_will', { create: 200, settings: 200, write: 200 }],
    ['hf_ada', { create: 200, settings: 200, write: 200 }],
    ['hf_pia', { create: 403, settings: 403, write: 403 }],
    ['hf_look', { create: 403, settings: 403, write: 403 }],
    ['hf_fine', { create: 403, settings: 403, write: 403 }],
  ])('follow the role and the token: %s', async (token, expected) => {
    const body = { name: 'new', organization: 'lab' }
    expect({
      create: await statusOf('/api/repos/create', token, { method: 'POST', body }),
      settings: await statusOf('/api/models/lab/open/settings', token, { method: 'PUT', body: { gated: 'auto' } }),
      write: await statusOf('/api/models/lab/open/auth-check/write', token),
    }).toEqual(expected)
  })

  test('of what a contributor created are allowed to that contributor', async () => {
    await ask('/api/repos/create', 'hf_connie', { method: 'POST', body: { name: 'lab/of-connie' } })
    const remove = { method: 'DELETE', body: { name: 'lab/of-connie' } }
    expect(await statusOf('/api/repos/delete', 'hf_connie', { ...remove, body: { name: 'lab/open' } })).toBe(403)
    expect(await statusOf('/api/repos/delete', 'hf_connie', remove)).toBe(200)
  })

  test('with a fine-grained token reach its repos only', async () => {
    const put = { method: 'PUT', body: { private: false } }
    expect(await statusOf('/api/models/lab/mine/settings', 'hf_fine', put)).toBe(200)
    expect(await statusOf('/api/models/lab/shy/settings', 'hf_fine', put)).toBe(404)
  })

  test("of the Hub's own client need rights, too", async () => {
    const repo = { type: 'model', name: 'lab/made' } as const
    await expect(createRepo({ hubUrl: hub.url, repo, accessToken: 'hf_pia' })).rejects.toMatchObject({ statusCode: 403 })
    await createRepo({ hubUrl: hub.url, repo, accessToken: 'hf_ada' })
    await expect(deleteRepo({ hubUrl: hub.url, repo, accessToken: 'hf_pia' })).rejects.toMatchObject({ statusCode: 403 })
  })
})

test('quotas are by plan and user, and by address without a token', async () => {
  const policy = async (token?: string) =>
    /q=(\d+)/.exec((await ask('/api/models', token)).headers.get('ratelimit-policy') ?? '')?.[1]
  const quotas = [await policy(), await policy('hf_any'), await policy('hf_pia'), await policy('hf_rita')]
  expect(quotas).toEqual(['500', '1000', '2500', '6000'])
  const left = async (token: string) => /r=(\d+)/.exec((await ask('/api/models', token)).headers.get('ratelimit') ?? '')?.[1]
  expect([await left('hf_fine'), await left('hf_look')]).toEqual(['5999', '5998'])
})

test('pages of people show the accounts that were set up, with their organizations and members', async () => {
  const shown = async (path: string) => (await ask(`/api/${path}`)).json()
  expect(await shown('organizations/lab/overview')).toMatchObject({
    name: 'lab',
    plan: 'enterprise',
    numUsers: 5,
    numModels: 2,
  })
  const members = (await shown('organizations/lab/members')) as { user: string }[]
  expect(members.map(({ user }) => user).toSorted()).toEqual(['ada', 'connie', 'fay', 'rita', 'will'])
  expect(await shown('users/ada/overview')).toMatchObject({ user: 'ada', isPro: false, orgs: [{ name: 'lab' }] })
  expect(await shown('users/pia/overview')).toMatchObject({ isPro: true, orgs: [] })
  expect((await ask('/api/users/lab/overview')).status).toBe(404)
  expect((await ask('/api/organizations/ada/overview')).status).toBe(404)
  expect(await shown('quicksearch?q=lab')).toMatchObject({ orgs: [{ name: 'lab' }], users: [] })
})

describe('scripts of other pages', () => {
  test('may read answers and send any method', async () => {
    const headers = { origin: 'https://page.example', 'access-control-request-headers': 'authorization' }
    const preflight = await fetch(`${hub.url}/api/collections`, { method: 'OPTIONS', headers })
    expect(preflight.status).toBe(204)
    expect(Object.fromEntries(preflight.headers)).toMatchObject({
      'access-control-allow-origin': 'https://page.example',
      'access-control-allow-methods': 'GET,HEAD,PUT,PATCH,POST,DELETE',
      'access-control-allow-headers': 'authorization',
    })
    const answer = await fetch(`${hub.url}/api/models/lab/none`, { headers: { origin: 'https://page.example' } })
    expect([answer.status, answer.headers.get('access-control-allow-origin')]).toEqual([401, 'https://page.example'])
  })
})
