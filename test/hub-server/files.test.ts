import { parquetMetadata, parquetReadObjects, parquetSchema } from 'hyparquet'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createHubClient } from '../../src/hub/client.ts'
import { createSampleHub, type SampleHub } from '../../src/sample-hub/sample-hub.ts'
import { json } from '../sample-hub/walk.ts'

const TOKEN = { authorization: 'Bearer hf_any' }
const configs = { default: { train: 2, test: 1 }, 'français 1': { train: 1 } }
const dataset = (name: string, fields: Record<string, unknown> = {}) => ({ id: `acme/${name}`, ...fields })

let hub: SampleHub
beforeAll(async () => {
  hub = await createSampleHub({
    payloads: {
      models: [
        {
          id: 'acme/model',
          cardData: { license: 'mit', language: ['en', 'no'], 'model-index': [{ name: 'x' }] },
          siblings: [{ rfilename: 'README.md', size: 1 }, { rfilename: 'a/b.bin', size: 300_000 }, { rfilename: 'c.json' }],
        },
        { id: 'acme/bare', siblings: [{ rfilename: 'c.json' }] },
        { id: 'acme/gated', gated: 'auto' },
        { id: 'acme/secret', private: true },
        ...['none', 'empty', 'huge', 'broken-encoding', 'broken-yaml'].map((sampleReadme) => ({
          id: `acme/readme-${sampleReadme}`,
          cardData: { license: 'mit' },
          sampleReadme,
        })),
      ],
      datasets: [
        dataset('rows', { sampleParquet: { configs } }),
        ...['none', 'empty', 'corrupt', 'encrypted', 'huge-footer', 'many-files', 'some'].map((sampleParquet) =>
          dataset(sampleParquet, { sampleParquet }),
        ),
        dataset('gated', { gated: 'manual', sampleParquet: 'some' }),
        dataset('disabled', { disabled: true, sampleParquet: 'some' }),
        { id: 'squad', sampleParquet: 'empty' },
      ],
      spaces: [{ id: 'acme/app', cardData: { title: 'An app', sdk: 'static' } }],
    },
    quota: 100_000,
    resolversQuota: 7_777,
  })
})
afterAll(() => hub.close())

const get = (path: string, headers: Record<string, string> = {}) =>
  fetch(path.startsWith('http') ? path : hub.url + path, { headers, redirect: 'manual' })
const text = async (path: string) => (await get(path)).text()
const bytes = async (path: string, headers: Record<string, string> = {}) =>
  Buffer.from(await (await get(path, headers)).arrayBuffer())

describe('a README', () => {
  test('has front matter that matches cardData, and text', async () => {
    const card = await text('/acme/model/resolve/main/README.md')
    expect(card).toMatch(/^---\nlicense: mit\nlanguage:\n- en\n- "no"\nmodel-index:\n- {"name":"x"}\n---\n\n# model\n/)
    expect(await text('/acme/model/resolve/main/README.md')).toBe(card)
    expect(await text('/spaces/acme/app/resolve/HEAD/README.md')).toMatch(/^---\ntitle: "An app"\nsdk: static\n---/)
  })

  test('has the length that the listing with blobs reports, and the hash of git', async () => {
    const { siblings } = await json<{ siblings: Record<string, unknown>[] }>(await get('/api/models/acme/model?blobs=true'))
    const answer = await get('/acme/model/resolve/main/README.md')
    const body = Buffer.from(await answer.arrayBuffer())
    expect(siblings[0]).toEqual({ rfilename: 'README.md', size: body.length, blobId: expect.any(String) })
    expect(answer.headers.get('etag')).toBe(`"${siblings[0]?.['blobId']}"`)
    expect(siblings[1]).toMatchObject({ size: 300_000, lfs: { sha256: expect.any(String) } })
  })

  test('is missing, empty, huge, badly encoded or with broken front matter on demand', async () => {
    const missing = await get('/acme/readme-none/resolve/main/README.md')
    expect([missing.status, missing.headers.get('x-error-code')]).toEqual([404, 'EntryNotFound'])
    expect((await get('/acme/bare/resolve/main/README.md')).status).toBe(404)
    expect((await bytes('/acme/readme-empty/resolve/main/README.md')).length).toBe(0)
    expect((await bytes('/acme/readme-huge/resolve/main/README.md')).length).toBe(5_000_000)
    const broken = await bytes('/acme/readme-broken-encoding/resolve/main/README.md')
    expect(() => new TextDecoder('utf-8', { fatal: true }).decode(broken)).toThrow()
    expect(await text('/acme/readme-broken-yaml/resolve/main/README.md')).toMatch(/^---\nlicense: \[mit\n/)
  })
})

describe('a file', () => {
  const PATH = '/acme/model/resolve/main/a/b.bin'

  test('is sent whole, with its commit and size; HEAD has the same headers', async () => {
    const whole = await get(PATH)
    expect([whole.status, whole.headers.get('accept-ranges')]).toEqual([200, 'bytes'])
    expect((await whole.arrayBuffer()).byteLength).toBe(300_000)
    const head = await fetch(hub.url + PATH, { method: 'HEAD' })
    for (const name of ['content-length', 'etag', 'x-repo-commit', 'content-type']) {
      expect([name, head.headers.get(name)]).toEqual([name, whole.headers.get(name)])
    }
    expect(whole.headers.get('content-length')).toBe('300000')
    expect(whole.headers.get('x-repo-commit')).toMatch(/^[0-9a-f]{40}$/)
  })

  test.each([
    ['bytes=0-0', 0, 1],
    ['bytes=100-199', 100, 200],
    ['bytes=299990-', 299_990, 300_000],
    ['bytes=-8', 299_992, 300_000],
    ['bytes=65000-200000', 65_000, 200_001],
    ['bytes=-999999', 0, 300_000],
  ])('is sent by range (%s)', async (range, start, end) => {
    const whole = await bytes(PATH)
    const answer = await get(PATH, { range, 'accept-encoding': 'gzip' })
    expect([answer.status, answer.headers.get('content-range')]).toEqual([206, `bytes ${start}-${end - 1}/300000`])
    expect(Buffer.from(await answer.arrayBuffer()).equals(whole.subarray(start, end))).toBe(true)
  })

  test('has no bytes outside its length, and ignores invalid ranges', async () => {
    for (const range of ['bytes=300000-', 'bytes=-0']) {
      const answer = await get(PATH, { range })
      expect([answer.status, answer.headers.get('content-range')]).toEqual([416, 'bytes */300000'])
    }
    for (const range of ['bytes=5-1', 'bytes=0-1,4-5', 'lines=1-2', 'bytes=-']) {
      expect((await get(PATH, { range })).status).toBe(200)
    }
  })

  test('is not sent again to a caller that has it, nor by range to one that has another version', async () => {
    const etag = (await get(PATH)).headers.get('etag') ?? ''
    expect((await get(PATH, { 'if-none-match': etag })).status).toBe(304)
    expect((await get(PATH, { range: 'bytes=0-1', 'if-range': '"other"' })).status).toBe(200)
    expect((await get(PATH, { range: 'bytes=0-1', 'if-range': etag })).status).toBe(206)
  })

  test.each([
    ['/acme/model/resolve/main/none.txt', 404, 'EntryNotFound'],
    ['/acme/model/resolve/v9/README.md', 404, 'RevisionNotFound'],
    ['/acme/gated/resolve/main/README.md', 401, 'GatedRepo'],
    ['/datasets/acme/disabled/resolve/main/README.md', 403, null],
    ['/acme/secret/resolve/main/README.md', 401, 'RepoNotFound'],
    ['/acme/none/resolve/main/README.md', 401, 'RepoNotFound'],
    ['/acme/model/blob/main/README.md', 404, null],
  ])('is refused: %s', async (path, status, code) => {
    const answer = await get(path)
    expect([answer.status, answer.headers.get('x-error-code')]).toEqual([status, code])
  })

  test('of a gated repo is refused to strangers with a token, too', async () => {
    const owner = { authorization: 'Bearer hf_acme' }
    const read = async (path: string, headers: Record<string, string>) => (await get(path, headers)).status
    expect(await read('/acme/gated/resolve/main/README.md', TOKEN)).toBe(403)
    expect(await read('/acme/secret/resolve/main/README.md', TOKEN)).toBe(404)
    expect(await read('/acme/gated/resolve/main/README.md', owner)).toBe(200)
    expect(await read('/acme/secret/resolve/main/README.md', owner)).toBe(200)
  })

  test('is charged to the resolvers bucket', async () => {
    expect((await get(PATH)).headers.get('ratelimit-policy')).toBe('"fixed window";"resolvers";q=7777;w=300')
    expect((await get('/api/models')).headers.get('ratelimit-policy')).toBe('"fixed window";"api";q=100000;w=300')
  })
})

describe('the Parquet files of a dataset', () => {
  const listing = async (path: string) => json<Record<string, Record<string, string[]>>>(await get(path))

  test('are listed by config and split, or one level below', async () => {
    const root = '/api/datasets/acme/rows/parquet'
    const all = await listing(root)
    expect(Object.keys(all)).toEqual(['default', 'français 1'])
    expect(all['default']).toEqual({
      train: [`${hub.url}${root}/default/train/0.parquet`, `${hub.url}${root}/default/train/1.parquet`],
      test: [`${hub.url}${root}/default/test/0.parquet`],
    })
    expect(await listing(`${root}/default`)).toEqual(all['default'])
    expect(await listing(`${root}/fran%C3%A7ais%201/train`)).toEqual(all['français 1']?.['train'])
    for (const path of ['/none', '/default/none', '/constructor', '/default/train/0.parquet/x']) {
      expect([path, (await get(root + path)).status]).toEqual([path, 404])
    }
  })

  test('are behind a redirect, and a third-party library reads them, including nested columns', async () => {
    const urls = Object.values(await listing('/api/datasets/acme/rows/parquet')).flatMap((splits) =>
      Object.values(splits).flat(),
    )
    for (const url of urls) {
      const redirect = await get(url)
      const location = redirect.headers.get('location') ?? ''
      expect(redirect.status).toBe(302)
      expect(location).toMatch(/^\/datasets\/acme\/rows\/resolve\/refs%2Fconvert%2Fparquet\/.+\/000\d\.parquet$/)
      const file = await bytes(location)
      const buffer = Uint8Array.from(file).buffer
      const metadata = parquetMetadata(buffer)
      const rows = await parquetReadObjects({ file: buffer })
      expect(rows).toHaveLength(Number(metadata.num_rows))
      expect(rows[0]).toHaveProperty('id', 0n)
      expect((await bytes(location, { range: 'bytes=-4' })).toString()).toBe('PAR1')
      expect(await bytes(location)).toEqual(file)
    }
  })

  test('follow a commit after the Hub has converted it, and until then belong to the previous one', async () => {
    let nowMs = Date.parse('2027-01-01T00:00:00Z')
    const slow = await createSampleHub({ repos: 10, quota: 0, now: () => nowMs, conversionDelayMs: 600_000 })
    const root = `${slow.url}/api/datasets/acme/new/parquet`
    const files = async (): Promise<string[] | number> => {
      const answer = await get(root)
      if (answer.status !== 200) return answer.status
      return Object.values(await json<Record<string, Record<string, string[]>>>(answer))
        .flatMap(Object.values)
        .flat()
    }
    const sampleParquet = { configs: { default: { train: 1 } } }
    slow.change.create('dataset', { id: 'acme/new', sampleParquet })
    expect(await files()).toBe(404)
    nowMs += 599_000
    expect(await files()).toBe(404)
    nowMs += 1_000
    const [first = ''] = [await files()].flat()
    expect(first).toBe(`${root}/default/train/0.parquet`)
    const content = async () => bytes(slow.url + (await get(String(first))).headers.get('location'))
    const before = await content()
    for (let commit = 1; commit <= 2; commit++) {
      nowMs += 500_000
      slow.change.commit('dataset', 'acme/new', { fields: { sampleParquet: { configs: { default: { train: 2 } } } } })
      expect(await files()).toEqual([first])
      expect((await content()).equals(before)).toBe(true)
    }
    nowMs += 600_000
    expect(await files()).toHaveLength(2)
    expect((await content()).equals(before)).toBe(false)
    await slow.close()
  })

  test('change with a commit in their rows, not in their columns', async () => {
    const path = '/datasets/acme/some/resolve/refs%2Fconvert%2Fparquet'
    const [config = '', splits] = Object.entries(await listing('/api/datasets/acme/some/parquet'))[0] ?? []
    const file = `${path}/${encodeURIComponent(config)}/${Object.keys(splits ?? {})[0]}/0000.parquet`
    const columns = (of: Buffer) => parquetSchema(parquetMetadata(Uint8Array.from(of).buffer)).children.map((c) => c.element)
    const before = await bytes(file)
    hub.change.commit('dataset', 'acme/some')
    const after = await bytes(file)
    expect(after.equals(before)).toBe(false)
    expect(columns(after)).toEqual(columns(before))
  })

  test('are missing, broken, encrypted or too many on demand', async () => {
    expect((await get('/api/datasets/acme/none/parquet')).status).toBe(404)
    expect(await listing('/api/datasets/acme/empty/parquet')).toEqual({})
    expect(await listing('/api/datasets/squad/parquet')).toEqual({})
    const first = async (name: string) => {
      const [url = ''] = Object.values(Object.values(await listing(`/api/datasets/acme/${name}/parquet`))[0] ?? {}).flat()
      return (await get(url)).headers.get('location') ?? ''
    }
    const corrupt = Uint8Array.from(await bytes(await first('corrupt'))).buffer
    expect(() => parquetMetadata(corrupt)).toThrow()
    expect((await bytes(await first('encrypted'), { range: 'bytes=-4' })).toString()).toBe('PARE')
    const tail = await bytes(await first('huge-footer'), { range: 'bytes=-8' })
    expect([tail.readUInt32LE(0), tail.subarray(4).toString()]).toEqual([50_000_000, 'PAR1'])
    const many = await listing('/api/datasets/acme/many-files/parquet')
    expect(many['default']?.['train']).toHaveLength(10_000)
    const last = (await get(many['default']?.['train']?.at(-1) ?? '')).headers.get('location') ?? ''
    expect((await bytes(last, { range: 'bytes=0-3' })).toString()).toBe('PAR1')
  })

  test('are refused where the dataset is', async () => {
    const anonymous = await get('/api/datasets/acme/gated/parquet')
    expect([anonymous.status, anonymous.headers.get('x-error-code')]).toEqual([401, 'GatedRepo'])
    expect(anonymous.headers.get('www-authenticate')).toBe('Bearer realm="Authentication required"')
    const signedIn = await get('/api/datasets/acme/gated/parquet', TOKEN)
    expect([signedIn.status, signedIn.headers.get('www-authenticate')]).toEqual([403, null])
    expect((await get('/api/datasets/acme/disabled/parquet')).status).toBe(403)
    expect((await get('/api/models/acme/model/parquet')).status).toBe(404)
  })
})

describe('a tree', () => {
  test('continues from a cursor in the format of the Hub', async () => {
    const first = await get('/api/models/acme/model/tree/main?recursive=true&limit=2')
    expect(await json<unknown>(first)).toEqual([
      expect.objectContaining({ type: 'file', path: 'README.md' }),
      expect.objectContaining({ type: 'directory', path: 'a' }),
    ])
    const next = /^<(.+)>; rel="next"$/.exec(first.headers.get('link') ?? '')?.[1] ?? ''
    const [entry = '', limit] = atob(new URL(next).searchParams.get('cursor') ?? '').split(':')
    expect([JSON.parse(atob(entry)), limit]).toEqual([expect.objectContaining({ file_name: 'a' }), '2'])
    expect(await json<unknown>(await get(next))).toEqual([
      expect.objectContaining({ path: 'a/b.bin' }),
      expect.objectContaining({ path: 'c.json' }),
    ])
  })

  test('refuses any other cursor', async () => {
    expect((await get('/api/models/acme/model/tree/main?cursor=abc')).status).toBe(400)
  })
})

test.each([
  ['/api/models/acme/model/auth-check', [200, 200]],
  ['/api/models/acme/model/auth-check/write', [401, 403]],
  ['/api/models/Acme/model/auth-check', [307, 307]],
  ['/api/models/acme/gated/auth-check', [401, 403]],
  ['/api/models/acme/none/auth-check', [401, 404]],
  ['/api/models/acme/model/auth-check/delete', [404, 404]],
])('%s answers %j, without a token and with one', async (path, expected) => {
  expect([(await get(path)).status, (await get(path, TOKEN)).status]).toEqual(expected)
})

test('some generated datasets have Parquet files of several configs, splits and files, and some have none', async () => {
  const generated = await createSampleHub({ repos: 400, seed: 2, quota: 0 })
  const statuses: number[] = []
  const splits: number[] = []
  for (const { id } of generated.repos('dataset')) {
    const answer = await fetch(`${generated.url}/api/datasets/${encodeURIComponent(id).replace('%2F', '/')}/parquet`)
    statuses.push(answer.status)
    if (answer.status === 200)
      splits.push(Object.values(await json<Record<string, object>>(answer)).flatMap(Object.keys).length)
  }
  expect(new Set(statuses)).toEqual(new Set([200, 404, 401]))
  expect(Math.max(...splits)).toBeGreaterThan(3)
  expect(Math.min(...splits)).toBe(0)
  await generated.close()
})

test('large files may be on another host, which requires no token', async () => {
  const payloads = { datasets: [{ id: 'acme/rows', sampleParquet: { configs: { default: { train: 1 } } } }] }
  const spread = await createSampleHub({ payloads, quota: 0, fileHost: true })
  const client = createHubClient({ endpoint: spread.url, token: 'hf_any' })
  const { splits } = await client.parquetListing('acme/rows')
  const url = splits[0]?.urls[0] ?? ''
  const { bytes: tail, fileBytes } = await client.fileAt(url, { range: { last: 4 }, maxBytes: 100 })
  expect([tail.toString(), (fileBytes ?? 0) > 100]).toEqual(['PAR1', true])
  const sent = await fetch(`${spread.url}/datasets/acme/rows/resolve/refs%2Fconvert%2Fparquet/default/train/0000.parquet`, {
    redirect: 'manual',
  })
  const location = sent.headers.get('location') ?? ''
  expect([sent.status, new URL(location).origin === spread.url]).toEqual([302, false])
  expect(sent.headers.get('x-linked-size')).toBe(String(fileBytes))
  expect((await fetch(location, { headers: TOKEN })).status).toBe(400)
  expect((await fetch(`${location}.none`)).status).toBe(404)
  expect((await fetch(`${spread.url}/datasets/acme/rows/resolve/main/README.md`, { redirect: 'manual' })).status).toBe(200)
  await client.close()
  await spread.close()
})
