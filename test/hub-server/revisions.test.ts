import { describe, expect, test } from 'vitest'
import { json } from '../sample-hub/walk.ts'
import { sharedHub } from '../support/hub/sample-hub.ts'

const siblings = ['.gitattributes', 'README.md', 'a/b.bin', 'a/c.txt'].map((rfilename) => ({ rfilename }))
const dates = { createdAt: '2024-01-01T00:00:00.000Z', lastModified: '2024-02-01T00:00:00.000Z' }
const hub = sharedHub({
  quota: 0,
  payloads: {
    models: [
      { id: 'acme/model', siblings, ...dates },
      { id: 'acme/gated', gated: 'auto' },
    ],
    datasets: [
      { id: 'acme/rows', sampleParquet: { configs: { default: { train: 2 } } }, siblings, ...dates },
      { id: 'acme/none', sampleParquet: 'none' },
    ],
  },
})

type Entry = {
  path: string
  type: string
  lastCommit?: { id: string; title: string; date: string }
  securityFileStatus?: object
}
type Commit = { id: string; title: string; date: string; authors: { user: string }[]; formatted?: object }

const get = (path: string) => fetch(hub.url + path, { redirect: 'manual' })
const read = async <Value>(path: string) => json<Value>(await get(path))

describe('the commits of a repo', () => {
  test('are two before any change: the first has .gitattributes only', async () => {
    const answer = await get('/api/models/acme/model/commits/main')
    expect(answer.headers.get('x-total-count')).toBe('2')
    const [last, first] = await json<Commit[]>(answer)
    expect(last).toMatchObject({ date: dates.lastModified, authors: [{ user: 'acme' }] })
    expect(first).toMatchObject({ title: 'initial commit', date: dates.createdAt })
    const tree = await read<Entry[]>(`/api/models/acme/model/tree/${first?.id.slice(0, 7)}?recursive=true`)
    expect(tree.map(({ path }) => path)).toEqual(['.gitattributes'])
    expect((await get(`/acme/model/resolve/${first?.id}/a/c.txt`)).status).toBe(404)
    const old = await read<{ sha: string; siblings: unknown[] }>(`/api/models/acme/model/revision/${first?.id}`)
    expect(old).toMatchObject({ sha: first?.id, siblings: [{ rfilename: '.gitattributes' }] })
  })

  test('come in pages by number, and formatted on request', async () => {
    const { hubId } = hub.change.create('model', { id: 'acme/busy' })
    for (const title of ['one', 'two <b>', 'three']) hub.change.commit('model', 'acme/busy', { title })
    const first = await get('/api/models/acme/busy/commits/main?limit=3&expand[]=formatted')
    expect((await json<Commit[]>(first)).map(({ title }) => title)).toEqual(['three', 'two <b>', 'one'])
    const next = /^<(.+)>; rel="next"$/.exec(first.headers.get('link') ?? '')?.[1] ?? ''
    const rest = await fetch(next)
    expect([rest.headers.get('link'), (await json<Commit[]>(rest)).length]).toEqual([null, 1])
    const [, two] = await read<Commit[]>('/api/models/acme/busy/commits/main?expand=formatted')
    expect(two?.formatted).toMatchObject({ title: 'two &lt;b&gt;' })
    hub.change.delete('model', 'acme/busy')
    expect(hub.change.create('model', { id: 'acme/busy' }).hubId).not.toBe(hubId)
    expect(await read<Commit[]>('/api/models/acme/busy/commits/main')).toHaveLength(1)
  })

  test.each(['?p=-1', '?p=x', '?limit=0', '?limit='])('are refused for %s', async (query) => {
    expect((await get(`/api/models/acme/model/commits/main${query}`)).status).toBe(400)
  })

  test.each([
    ['/api/models/acme/model/commits/v9', 404, 'RevisionNotFound'],
    ['/api/models/acme/model/commits', 404, null],
    ['/api/models/acme/gated/commits/main', 401, 'GatedRepo'],
    ['/api/models/acme/none/commits/main', 401, 'RepoNotFound'],
  ])('%s answers %i', async (path, status, code) => {
    const answer = await get(path)
    expect([answer.status, answer.headers.get('x-error-code')]).toEqual([status, code])
  })
})

describe('a tree with expand', () => {
  test('has the last commit of each file and folder, and the scan of files', async () => {
    hub.change.create('model', { id: 'acme/two', siblings })
    const more = [...siblings, { rfilename: 'a/new.txt', size: 5 }]
    const { sha } = hub.change.commit('model', 'acme/two', { siblings: more, title: 'Add a/new.txt' })
    const tree = await read<Entry[]>('/api/models/acme/two/tree/main?recursive=true&expand=true')
    const titles = Object.fromEntries(tree.map(({ path, lastCommit }) => [path, lastCommit?.title]))
    expect(titles).toEqual({
      '.gitattributes': 'initial commit',
      'README.md': 'initial commit',
      a: 'Add a/new.txt',
      'a/b.bin': 'initial commit',
      'a/c.txt': 'initial commit',
      'a/new.txt': 'Add a/new.txt',
    })
    expect(tree.find(({ path }) => path === 'a/new.txt')).toMatchObject({
      lastCommit: { id: sha },
      securityFileStatus: { status: 'safe', avScan: expect.anything() },
    })
    const plain = await read<Entry[]>('/api/models/acme/two/tree/main')
    expect(plain.some((entry) => 'lastCommit' in entry || 'securityFileStatus' in entry)).toBe(false)
  })

  test('has at most 50 entries per page', async () => {
    const many = Array.from({ length: 60 }, (_, number) => ({ rfilename: `f${number}.txt`, size: 1 }))
    hub.change.create('model', { id: 'acme/many', siblings: many })
    const answer = await get('/api/models/acme/many/tree/main?expand=true&limit=1000')
    expect((await json<Entry[]>(answer)).length).toBe(50)
    expect(answer.headers.get('link')).toContain('cursor=')
  })
})

describe('the Parquet ref', () => {
  test('has a commit and files of its own, in details and refs too', async () => {
    const main = await read<{ sha: string }>('/api/datasets/acme/rows')
    const ref = await read<{ sha: string; siblings: { rfilename: string }[] }>(
      '/api/datasets/acme/rows/revision/refs%2Fconvert%2Fparquet',
    )
    expect(ref.sha).not.toBe(main.sha)
    expect(ref.siblings.map(({ rfilename }) => rfilename)).toEqual(['default/train/0000.parquet', 'default/train/0001.parquet'])
    const refs = await read<object>('/api/datasets/acme/rows/refs')
    expect(refs).toEqual({
      branches: [{ name: 'main', ref: 'refs/heads/main', targetCommit: main.sha }],
      converts: [{ name: 'parquet', ref: 'refs/convert/parquet', targetCommit: ref.sha }],
      tags: [],
    })
    const file = await get('/datasets/acme/rows/resolve/refs%2Fconvert%2Fparquet/default/train/0000.parquet')
    expect(file.headers.get('x-repo-commit')).toBe(ref.sha)
  })

  test('is unknown for datasets that are not converted, and for models', async () => {
    for (const path of ['datasets/acme/none', 'models/acme/model']) {
      const answer = await get(`/api/${path}/revision/refs%2Fconvert%2Fparquet`)
      expect([answer.status, answer.headers.get('x-error-code')]).toEqual([404, 'RevisionNotFound'])
    }
  })
})

test('/raw/ sends what git stores, and HEAD on it says whether a file exists', async () => {
  const pointer = await (await get('/acme/model/raw/main/a/b.bin')).text()
  expect(pointer).toMatch(/^version https:\/\/git-lfs.github.com\/spec\/v1\noid sha256:[0-9a-f]{64}\nsize \d+\n$/)
  expect(await (await get('/acme/model/raw/main/a/c.txt')).text()).toBe(
    await (await get('/acme/model/resolve/main/a/c.txt')).text(),
  )
  const status = async (path: string) => (await fetch(`${hub.url}/acme/model/raw/main/${path}`, { method: 'HEAD' })).status
  expect([await status('a/b.bin'), await status('none')]).toEqual([200, 404])
})

test('/treesize/ adds up a folder, and /scan answers the security status', async () => {
  const tree = await read<{ path: string; size: number }[]>('/api/models/acme/model/tree/main/a')
  const size = tree.reduce((sum, entry) => sum + entry.size, 0)
  expect(await read<object>('/api/models/acme/model/treesize/main/a')).toEqual({ path: 'a', size })
  expect((await get('/api/models/acme/model/treesize/main/zz')).status).toBe(404)
  expect(await read<object>('/api/models/acme/model/scan')).toEqual({ scansDone: false, filesWithIssues: [] })
})
