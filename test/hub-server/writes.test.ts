import { describe, expect, test } from 'vitest'
import { startClient } from '../hub/test-server.ts'
import { json } from '../sample-hub/walk.ts'
import { freshHub } from '../support/hub/sample-hub.ts'

const hub = freshHub({
  payloads: { models: [{ id: 'acme/there' }], datasets: [{ id: 'acme/rows' }] },
  people: { users: [{ name: 'acme', orgs: { beta: 'write' } }] },
})

function send(method: string, path: string, body: unknown, token: string | undefined = 'hf_acme') {
  const authorization: Record<string, string> = token === '' ? {} : { authorization: `Bearer ${token}` }
  const headers = { 'content-type': 'application/json', ...authorization }
  return fetch(hub.url + path, { method, headers, body: JSON.stringify(body) })
}
const get = (path: string) => fetch(hub.url + path, { redirect: 'manual' })

test('a body that is not JSON is refused as by the Hub', async () => {
  const headers = { 'content-type': 'application/json', authorization: 'Bearer hf_acme' }
  const answer = await fetch(`${hub.url}/api/repos/create`, { method: 'POST', headers, body: '{' })
  expect([answer.status, await answer.json()]).toEqual([400, { error: expect.stringContaining('JSON') }])
})

describe('a repo is created', () => {
  test('and answered with its URL, name and _id', async () => {
    const answer = await send('POST', '/api/repos/create', { name: 'new', organization: 'acme', type: 'dataset' })
    const { _id } = await json(await get('/api/datasets/acme/new'))
    expect([answer.status, await answer.json()]).toEqual([
      200,
      { url: `${hub.url}/datasets/acme/new`, name: 'acme/new', id: _id },
    ])
  })

  test('with its visibility, license, SDK and README', async () => {
    const files = [{ path: 'README.md', content: Buffer.from('Hello').toString('base64'), encoding: 'base64' }]
    await send('POST', '/api/repos/create', { name: 'acme/app', type: 'space', sdk: 'static', license: 'mit', files })
    expect(await json(await get('/api/spaces/acme/app'))).toMatchObject({
      sdk: 'static',
      cardData: { license: 'mit', sdk: 'static' },
      tags: ['static', 'license:mit', 'region:us'],
    })
    expect(await (await get('/spaces/acme/app/resolve/main/README.md')).text()).toBe('Hello')
    await send('POST', '/api/repos/create', { name: 'acme/shy', visibility: 'private' })
    expect((await get('/api/models/acme/shy')).status).toBe(401)
  })

  test('once: the second response is a 409 with its URL', async () => {
    const answer = await send('POST', '/api/repos/create', { name: 'There', organization: 'acme' })
    expect([answer.status, await answer.json()]).toEqual([
      409,
      { error: 'You already created this model repo', url: `${hub.url}/acme/There` },
    ])
  })

  test.each([
    [{ organization: 'acme' }, '"name" must be a string that is not empty'],
    [{ name: 'acme/-bad' }, '"acme/-bad" cannot name a repository'],
    [{ name: 'acme/a--b' }, '"acme/a--b" cannot name a repository'],
    [{ name: 'acme/x', type: 'kernel' }, '"type" must be one of [model, dataset, space]'],
    [{ name: 'acme/x', type: 'space' }, '"sdk" must be one of [gradio, docker, static]'],
    [{ name: 'acme/x', visibility: 'hidden' }, '"visibility" must be one of [public, private, protected]'],
    [{ name: 'acme/x', private: 'yes' }, '"private" must be a boolean'],
    [{ name: 'acme/x', private: true, visibility: 'public' }, 'Expected either "visibility" or "private"'],
    [[], 'Expected a JSON object in the body'],
  ])('not from %j', async (body, error) => {
    const answer = await send('POST', '/api/repos/create', body)
    expect(answer.status).toBe(400)
    expect((await json<{ error: string }>(answer)).error).toContain(error)
  })
})

test('a deleted repo cannot be deleted again', async () => {
  const body = { name: 'rows', organization: 'acme', type: 'dataset' }
  const answer = await send('DELETE', '/api/repos/delete', body)
  expect([answer.status, answer.headers.get('content-type'), await answer.text()]).toEqual([
    200,
    'text/plain; charset=utf-8',
    'OK',
  ])
  const again = await send('DELETE', '/api/repos/delete', body)
  expect([again.status, again.headers.get('x-error-code')]).toEqual([404, 'RepoNotFound'])
})

test('a repo is moved to a free name only', async () => {
  await send('POST', '/api/repos/create', { name: 'acme/other' })
  const move = (fromRepo: string, toRepo: string) => send('POST', '/api/repos/move', { fromRepo, toRepo })
  expect((await move('acme/there', 'acme/Other')).status).toBe(409)
  expect((await move('acme/none', 'acme/free')).status).toBe(404)
  expect((await move('acme/there', 'acme/a b')).status).toBe(400)
  expect((await move('acme/there', 'beta/here')).status).toBe(200)
  expect((await get('/api/models/acme/there')).headers.get('location')).toBe('/api/models/beta/here')
})

test('a repo is set private and gated, and not disabled', async () => {
  const settings = (body: unknown) => send('PUT', '/api/models/acme/there/settings', body)
  expect((await settings({ gated: 'auto', disabled: true })).status).toBe(200)
  expect(await json(await get('/api/models/acme/there'))).toMatchObject({ gated: 'auto', disabled: false })
  expect((await settings({ visibility: 'private' })).status).toBe(200)
  expect((await get('/api/models/acme/there')).status).toBe(401)
  expect((await settings({ private: false, gated: false })).status).toBe(200)
  expect(await json(await get('/api/models/acme/there'))).toMatchObject({ gated: false, private: false })
  expect((await settings({ gated: true })).status).toBe(400)
  expect((await send('PUT', '/api/models/acme/none/settings', {})).status).toBe(404)
  expect((await send('PUT', '/api/models/acme/there', {})).status).toBe(404)
})

test.each([
  ['POST', '/api/repos/create'],
  ['DELETE', '/api/repos/delete'],
  ['POST', '/api/repos/move'],
  ['PUT', '/api/models/acme/there/settings'],
])('nothing changes without a token (%s %s)', async (method, path) => {
  const body = { name: 'acme/there', fromRepo: 'acme/there', toRepo: 'acme/x', private: true }
  expect((await send(method, path, body, '')).status).toBe(401)
  expect((await get('/api/models/acme/there')).status).toBe(200)
  expect((await get('/api/models/acme/x')).status).toBe(401)
})

describe('a copy of a repo', () => {
  test('has the fields of the original, and an identity of its own', async () => {
    hub.change.commit('model', 'acme/there', { fields: { tags: ['en'], gated: 'auto', likes: 7 } })
    const answer = await send('POST', '/api/models/acme/there/duplicate', { repository: 'beta/copy', private: false })
    expect([answer.status, await answer.json()]).toEqual([200, { url: `${hub.url}/beta/copy` }])
    const [copy, original] = [await json(await get('/api/models/beta/copy')), await json(await get('/api/models/acme/there'))]
    expect(copy).toMatchObject({ id: 'beta/copy', author: 'beta', tags: ['en'], likes: 0, gated: false })
    expect(copy._id).not.toBe(original._id)
  })

  test('has the same contents and hashes, even those of files that nobody has committed', async () => {
    const paths = ['README.md', 'config.json', 'notes/a.txt', 'model.safetensors']
    hub.change.create('model', { id: 'acme/made', siblings: paths.map((rfilename) => ({ rfilename })) })
    // A commit stores the hashes of all files.
    const files = { changes: [{ path: 'b.txt', content: Buffer.from('b') }], title: 'Add b' }
    await startClient(hub.url, { token: 'hf_acme' }).files.commit('model', 'acme/made', files)
    await send('POST', '/api/models/acme/made/duplicate', { repository: 'acme/copy' })
    await send('POST', '/api/models/acme/copy/duplicate', { repository: 'acme/copy-of-copy' })
    const contentOf = async (id: string) => {
      const { siblings } = await json<{ siblings: unknown }>(await get(`/api/models/${id}?blobs=true`))
      const texts = paths.map(async (path) => (await get(`/${id}/resolve/main/${path}`)).text())
      return { siblings, texts: await Promise.all(texts) }
    }
    const original = await contentOf('acme/made')
    expect(await contentOf('acme/copy')).toEqual(original)
    expect(await contentOf('acme/copy-of-copy')).toEqual(original)
    hub.change.move('model', 'acme/made', 'acme/moved')
    expect(await contentOf('acme/moved')).toEqual(original)
  })

  test('needs a free name, rights there, and an original', async () => {
    const duplicate = (from: string, repository: string) => send('POST', `/api/models/${from}/duplicate`, { repository })
    const statuses = ['acme/there', 'other/copy', 'acme/a b'].map(async (to) => (await duplicate('acme/there', to)).status)
    expect(await Promise.all(statuses)).toEqual([409, 403, 400])
    expect((await duplicate('acme/none', 'acme/copy')).status).toBe(404)
  })
})

test('settings are also set by the route that was documented', async () => {
  expect((await send('PUT', '/api/repos/dataset/acme/rows/settings', { private: true })).status).toBe(200)
  expect((await get('/api/datasets/acme/rows')).status).toBe(401)
  expect((await send('PUT', '/api/repos/kernel/acme/rows/settings', { private: true })).status).toBe(400)
})

test("a name alone means the token's own account", async () => {
  const answer = await send('POST', '/api/repos/create', { name: 'alone' })
  expect(await answer.json()).toMatchObject({ name: 'acme/alone' })
})
