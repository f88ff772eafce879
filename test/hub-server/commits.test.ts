import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { json } from '../sample-hub/walk.ts'
import { freshHub, sharedHub } from '../support/hub/sample-hub.ts'

const payloads = { models: [{ id: 'acme/model', siblings: [{ rfilename: 'README.md' }, { rfilename: 'a/old.txt' }] }] }
const hub = freshHub({ payloads, quota: 0 })
const fuzzed = sharedHub({ payloads, quota: 0 })
const ROOT = '/api/models/acme/model'
const AUTHORIZATION = { authorization: 'Bearer hf_acme' }
type Json = Record<string, unknown>

const get = (path: string) => fetch(hub.url + path, { redirect: 'manual' })
const text = async (path: string) => (await get(path)).text()
function send(method: string, path: string, body?: unknown, url = hub.url) {
  const headers = { ...AUTHORIZATION, ...(body === undefined ? {} : { 'content-type': 'application/json' }) }
  return fetch(url + path, { method, headers, body: body === undefined ? null : JSON.stringify(body) })
}
function sendCommit(body: string, path = `${ROOT}/commit/main`, url = hub.url) {
  return fetch(url + path, { method: 'POST', headers: { ...AUTHORIZATION, 'content-type': 'application/x-ndjson' }, body })
}
const commit = (changes: readonly Json[], header: Json = {}, path?: string) =>
  sendCommit(
    [{ key: 'header', value: { summary: 'Change', ...header } }, ...changes].map((line) => JSON.stringify(line)).join('\n'),
    path,
  )
const put = (path: string, content: string) => ({
  key: 'file',
  value: { path, content: Buffer.from(content).toString('base64'), encoding: 'base64' },
})
const status = async (answer: Promise<Response>) => (await answer).status
const pathsAt = async (revision: string) =>
  (await json<{ path: string }[]>(await get(`${ROOT}/tree/${encodeURIComponent(revision)}?recursive=true`))).map(
    ({ path }) => path,
  )

describe('a commit', () => {
  test('keeps its files, and changes the sha, the date, the card and the tags', async () => {
    const before = await json<Json>(await get(ROOT))
    const readme = '---\nlicense: mit\nlanguage:\n- fr\ntags: [tiny]\n---\n# Hello\n'
    const answer = await commit([put('README.md', readme), put('b/new.txt', 'new'), put('w.safetensors', 'weights')])
    const { commitOid, ...rest } = await json<Json>(answer)
    expect([answer.status, rest]).toEqual([
      200,
      { success: true, commitUrl: `${hub.url}/acme/model/commit/${commitOid}`, hookOutput: '' },
    ])
    const after = await json<Json>(await get(`${ROOT}?blobs=true`))
    expect(after).toMatchObject({ sha: commitOid, cardData: { license: 'mit', language: ['fr'] } })
    expect(after['tags']).toEqual(['tiny', 'fr', 'license:mit', 'region:us'])
    expect(after['lastModified']).not.toBe(before['lastModified'])
    expect(after['siblings']).toContainEqual({
      rfilename: 'w.safetensors',
      size: 7,
      blobId: expect.any(String),
      lfs: { sha256: createHash('sha256').update('weights').digest('hex'), size: 7, pointerSize: expect.any(Number) },
    })
    expect(await text('/acme/model/resolve/main/README.md')).toBe(readme)
    expect(await text('/acme/model/resolve/main/b/new.txt')).toBe('new')
    expect(await text('/acme/model/resolve/main/w.safetensors')).toBe('weights')
    expect(await status(get(`/acme/model/resolve/${before['sha']}/b/new.txt`))).toBe(404)
    const [last] = await json<Json[]>(await get(`${ROOT}/commits/main`))
    expect(last).toMatchObject({ id: commitOid, title: 'Change' })
  })

  test('deletes files and folders', async () => {
    await commit([put('c/d/e.txt', '1'), put('c/f.txt', '2'), put('g.txt', '3')])
    await commit([
      { key: 'deletedFolder', value: { path: 'c/' } },
      { key: 'deletedFile', value: { path: 'README.md' } },
    ])
    expect(await pathsAt('main')).toEqual(['a', 'a/old.txt', 'g.txt'])
    expect(await status(get('/acme/model/resolve/main/README.md'))).toBe(404)
    expect(await status(commit([{ key: 'deletedFile', value: { path: 'README.md' } }]))).toBe(404)
  })

  test('is refused unless the branch is at the commit that the caller knows', async () => {
    const { sha } = await json<Json>(await get(ROOT))
    expect(await status(commit([put('x', '1')], { parentCommit: '0'.repeat(40) }))).toBe(412)
    expect(await status(commit([put('x', '1')], { parentCommit: sha }))).toBe(200)
    expect(await status(commit([put('x', '2')], { parentCommit: sha }))).toBe(412)
  })

  test('to another branch or a pull request leaves the main branch as it is', async () => {
    expect(await status(send('POST', `${ROOT}/branch/dev%2Fone`, {}))).toBe(200)
    expect(await status(commit([put('on-branch', '1')], {}, `${ROOT}/commit/dev%2Fone`))).toBe(200)
    const request = await json<Json>(await commit([put('on-request', '1')], {}, `${ROOT}/commit/main?create_pr=1`))
    expect(request['pullRequestUrl']).toBe(`${hub.url}/acme/model/discussions/1`)
    expect(await pathsAt('main')).toEqual(['README.md', 'a', 'a/old.txt'])
    expect(await pathsAt('dev/one')).toEqual(['README.md', 'a', 'a/old.txt', 'on-branch'])
    expect(await pathsAt('refs/pr/1')).toEqual(['README.md', 'a', 'a/old.txt', 'on-request'])
    const refs = await json<Record<string, Json[]>>(await get(`${ROOT}/refs?include_prs=1`))
    expect(Object.values(refs).flatMap((group) => group.map(({ ref }) => ref))).toEqual([
      'refs/heads/main',
      'refs/heads/dev/one',
      'refs/pr/1',
    ])
  })

  test('has a large file whose content was uploaded before, and no other', async () => {
    const content = 'a large one'
    const oid = createHash('sha256').update(content).digest('hex')
    const link = { key: 'lfsFile', value: { path: 'large.bin', algo: 'sha256', oid, size: content.length } }
    expect(await status(commit([link]))).toBe(400)
    const batch = { operation: 'upload', objects: [{ oid, size: content.length }] }
    const path = '/acme/model.git/info/lfs/objects/batch'
    const { objects } = await json<{ objects: { actions?: { upload: { href: string } } }[] }>(await send('POST', path, batch))
    const href = objects[0]?.actions?.upload.href ?? ''
    expect(await status(fetch(href, { method: 'PUT', body: 'another' }))).toBe(400)
    expect(await status(fetch(href, { method: 'PUT', body: content }))).toBe(200)
    expect(await status(commit([link]))).toBe(200)
    expect(await text('/acme/model/resolve/main/large.bin')).toBe(content)
    const again = await json<{ objects: Json[] }>(await send('POST', path, batch))
    expect(again.objects[0]).not.toHaveProperty('actions')
  })

  test.each(['../x', 'a/../../x', '/etc/passwd', 'a//b', '.git/config', 'a/.GIT/x', 'a\\b', 'a\u0000b', '', '.'])(
    'cannot write to the path %j',
    async (path) => {
      const { sha } = await json<Json>(await get(ROOT))
      for (const change of [put(path, 'x'), { key: 'deletedFile', value: { path } }]) {
        const answer = await commit([change])
        expect([answer.status, await answer.json()]).toEqual([400, { error: expect.stringContaining('path') }])
      }
      expect(await json<Json>(await get(ROOT))).toHaveProperty('sha', sha)
    },
  )

  test('cannot make a name both a file and a folder', async () => {
    expect(await status(commit([put('a', 'x')]))).toBe(400)
    expect(await status(commit([put('a/old.txt/x', 'x')]))).toBe(400)
  })

  test.each([
    ['not JSON', 'no json'],
    ['without a header', JSON.stringify(put('x', 'y'))],
    ['with an empty title', '{"key":"header","value":{"summary":" "}}'],
    ['cut off', `{"key":"header","value":{"summary":"x"}}\n${JSON.stringify(put('x', 'y')).slice(0, -20)}`],
    ['with an unknown change', '{"key":"header","value":{"summary":"x"}}\n{"key":"chmod","value":{"path":"x"}}'],
    ['empty', ''],
    ['of 20 MB', 'x'.repeat(20_000_000)],
  ])('is refused when its body is %s', async (_, body) => {
    expect(await status(sendCommit(body))).toBe(400)
    expect(await pathsAt('main')).toEqual(['README.md', 'a', 'a/old.txt'])
  })

  test('needs a token, a repo and a branch', async () => {
    expect(await status(fetch(`${hub.url}${ROOT}/commit/main`, { method: 'POST', body: '' }))).toBe(401)
    const anonymous = { method: 'POST', headers: { 'content-type': 'application/x-ndjson' }, body: 'x' }
    expect(await status(fetch(`${hub.url}${ROOT}/commit/main`, anonymous))).toBe(401)
    expect(await status(commit([], {}, '/api/models/acme/none/commit/main'))).toBe(404)
    expect(await status(commit([], {}, `${ROOT}/commit/none`))).toBe(404)
  })
})

describe('branches and tags', () => {
  test('are created at a revision, once, and deleted', async () => {
    const { sha } = await json<Json>(await get(ROOT))
    expect(await status(send('POST', `${ROOT}/tag/main`, { tag: 'v1' }))).toBe(200)
    await commit([put('later', 'x')])
    expect(await json<Json>(await get(`${ROOT}/revision/v1`))).toMatchObject({ sha })
    expect(await pathsAt('v1')).not.toContain('later')
    expect(await status(send('POST', `${ROOT}/branch/old`, { startingPoint: 'v1' }))).toBe(200)
    expect(await pathsAt('old')).not.toContain('later')
    expect(await status(send('POST', `${ROOT}/tag/main`, { tag: 'v1' }))).toBe(409)
    expect(await status(send('POST', `${ROOT}/branch/old`, {}))).toBe(409)
    expect(await status(send('POST', `${ROOT}/branch/x`, { startingPoint: 'none' }))).toBe(404)
    expect(await status(send('POST', `${ROOT}/branch/a..b`, {}))).toBe(400)
    expect([await status(send('DELETE', `${ROOT}/tag/v1`)), await status(send('DELETE', `${ROOT}/tag/v1`))]).toEqual([200, 404])
    expect(await status(send('DELETE', `${ROOT}/branch/old`))).toBe(200)
    expect(await status(send('DELETE', `${ROOT}/branch/main`))).toBe(403)
  })
})

describe('paths-info', () => {
  const paths = ['a', 'a/old.txt', 'none']
  const found = [
    { type: 'directory', path: 'a' },
    { type: 'file', path: 'a/old.txt' },
  ]

  test('has the given files and folders, from JSON or a form, and leaves out the missing', async () => {
    expect(await json<Json[]>(await send('POST', `${ROOT}/paths-info/main`, { paths }))).toMatchObject(found)
    const body = new URLSearchParams([...paths.map((path) => ['paths', path]), ['expand', 'True']])
    const answer = await fetch(`${hub.url}${ROOT}/paths-info/main`, { method: 'POST', body })
    const entries = await json<Json[]>(answer)
    expect(entries).toMatchObject(found)
    expect(entries[1]).toHaveProperty('lastCommit.id')
    const anonymous = await fetch(`${hub.url}/api/models/Acme/MODEL/paths-info/main`, { method: 'POST', body })
    expect(await json<Json[]>(anonymous)).toMatchObject(found)
  })

  test('is refused for too many paths, and for other shapes', async () => {
    const many = Array.from({ length: 2_001 }, (_, number) => `${number}`)
    for (const body of [{ paths: many }, { paths: 7 }, {}, [1]]) {
      expect(await status(send('POST', `${ROOT}/paths-info/main`, body))).toBe(400)
    }
    expect(await status(send('POST', `${ROOT}/paths-info/v9`, { paths }))).toBe(404)
  })
})

test('a repo is created with all of its files', async () => {
  const files = [
    { path: 'README.md', content: '---\nlicense: mit\n---\n' },
    { path: 'a/b.txt', content: Buffer.from('b').toString('base64'), encoding: 'base64' },
  ]
  expect(await status(send('POST', '/api/repos/create', { name: 'acme/made', files }))).toBe(200)
  expect(await text('/acme/made/resolve/main/a/b.txt')).toBe('b')
  expect(await json<Json>(await get('/api/models/acme/made'))).toMatchObject({ cardData: { license: 'mit' } })
  const bad = { name: 'acme/bad', files: [{ path: '../x', content: '' }] }
  expect(await status(send('POST', '/api/repos/create', bad))).toBe(400)
})

test('no body makes the Hub fail', async () => {
  const routes = ['commit/main', 'preupload/main', 'paths-info/main', 'branch/x', 'tag/main']
  const line = fc.record({ key: fc.constantFrom('header', 'file', 'lfsFile', 'deletedFile', 'x'), value: fc.jsonValue() })
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...routes), fc.oneof(fc.jsonValue(), fc.array(line)), async (route, body) => {
      const lines = Array.isArray(body) ? body.map((one) => JSON.stringify(one)).join('\n') : JSON.stringify(body)
      for (const answer of [
        await send('POST', `${ROOT}/${route}`, body, fuzzed.url),
        await sendCommit(lines, undefined, fuzzed.url),
      ]) {
        expect(answer.status).toBeLessThan(500)
        await answer.arrayBuffer()
      }
    }),
    { numRuns: 40 },
  )
  expect((await fetch(`${fuzzed.url}${ROOT}?blobs=true`)).status).toBe(200)
})
