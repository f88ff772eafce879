import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { sharedHub } from '../../../support/hub/sample-hub.ts'
import { hubdex } from '../../../support/processes/hubdex.ts'
import { temporaryFolder } from '../../../support/temporary-folder.ts'

const LARGE = 17 * 1024 * 1024
const hub = sharedHub({
  quota: 0,
  payloads: {
    models: [
      {
        id: 'acme/model',
        downloads: 9,
        tags: ['license:mit', 'fr'],
        siblings: [
          { rfilename: 'README.md' },
          { rfilename: 'config.json' },
          { rfilename: 'data/large.bin', size: LARGE },
          { rfilename: 'empty.txt', size: 0 },
        ],
      },
      { id: 'acme/other', downloads: 5, tags: ['license:mit'] },
      { id: 'acme/gated', gated: 'auto', downloads: 1 },
    ],
    datasets: [{ id: 'acme/rows', tags: ['task_ids:parsing'], sampleParquet: { configs: { default: { train: 2, test: 1 } } } }],
  },
})

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(temporaryFolder(), 'hubdex-test-'))
})
afterEach(() => rmSync(folder, { recursive: true }))
const run = (...line: string[]) => hubdex(['hub', ...line], { HF_ENDPOINT: hub.url, HUBDEX_RETRIES: '0' })
const parsed = async (...line: string[]) => JSON.parse((await run(...line, '--json')).stdout)

describe('hubdex hub list', () => {
  test('combines conditions, sorts, and stops at the limit', async () => {
    const ids = async (...line: string[]) => (await parsed('list', ...line)).map(({ id }: { id: string }) => id)
    expect(await ids('models', '--sort', 'downloads', '--limit', '2')).toEqual(['acme/model', 'acme/other'])
    expect(await ids('models', '--filter', 'license:mit', '--filter', 'fr')).toEqual(['acme/model'])
    expect(await ids('models', '--search', 'oth', '--author', 'acme')).toEqual(['acme/other'])
    expect(await ids('models', '--gated', 'true')).toEqual(['acme/gated'])
    expect(await ids('datasets', '--limit', 'all')).toEqual(['acme/rows'])
  })

  test('has the fields that were asked for', async () => {
    const [plain] = await parsed('list', 'models', '--limit', '1')
    expect(plain).not.toHaveProperty('siblings')
    const [full] = await parsed('list', 'models', '--sort', 'downloads', '--limit', '1', '--full')
    expect(full.siblings).toHaveLength(4)
    const [expanded] = await parsed('list', 'models', '--sort', 'downloads', '--limit', '1', '--expand', 'downloads,tags')
    expect(Object.keys(expanded).toSorted()).toEqual(['_id', 'downloads', 'id', 'tags'])
  })

  test('prints a table for people, and says what the Hub refuses', async () => {
    expect((await run('list', 'models')).stdout).toMatch(/^id +downloads.*\n.*\nacme\//)
    expect((await run('list', 'models', '--search', 'nothing')).stdout).toBe('No repo matches.\n')
    const refused = await run('list', 'models', '--expand', 'nonsense')
    expect(refused).toMatchObject({ code: 1, stderr: expect.stringContaining('"expand" must be one of [author') })
    for (const wrong of [
      ['list', 'modles'],
      ['list', 'models', '--ascending'],
      ['list', 'models', '--full', '--expand', 'tags'],
    ]) {
      expect((await run(...wrong)).code).toBe(2)
    }
  })
})

test('hubdex hub info shows a repo, by address and at a revision', async () => {
  expect(await parsed('info', 'acme/model', '--blobs')).toMatchObject({ id: 'acme/model', siblings: { 2: { size: LARGE } } })
  const address = `${hub.url}/datasets/acme/rows`
  const ref = await parsed('info', address, '--revision', 'refs/convert/parquet')
  expect(ref.siblings).toHaveLength(3)
  expect((await run('info', 'acme/model')).stdout).toMatch(/^downloads +9$/m)
  const missing = await run('info', 'acme/rows')
  expect(missing).toMatchObject({ code: 1, stderr: expect.stringContaining('--kind dataset') })
})

test('hubdex hub tags lists types, and the tags of one', async () => {
  expect((await run('tags', 'datasets')).stdout).toMatch(/^task_ids +1$/m)
  expect(await parsed('tags', 'datasets', '--type', 'task_ids')).toEqual({
    task_ids: [{ type: 'task_ids', id: 'task_ids:parsing', label: 'parsing' }],
  })
  expect((await run('tags', 'models', '--type', 'nothing')).code).toBe(1)
  expect((await run('tags', 'spaces')).code).toBe(2)
})

test('hubdex hub viewer prints what the dataset viewer knows', async () => {
  expect(await parsed('viewer', 'size', 'acme/rows')).toMatchObject({ size: { dataset: { dataset: 'acme/rows' } } })
  expect(await parsed('viewer', 'parquet', 'acme/rows', 'default')).toMatchObject({
    parquet_files: [{ split: 'train' }, {}, { split: 'test' }],
  })
  expect(await parsed('viewer', 'statistics', 'acme/rows', 'default', 'train')).toHaveProperty('num_examples')
  expect(JSON.parse((await run('viewer', 'is-valid', 'acme/rows')).stdout)).toMatchObject({ viewer: true })
  expect((await run('viewer', 'info', 'acme/none')).code).toBe(1)
  for (const wrong of [
    ['statistics', 'acme/rows', 'default'],
    ['size', 'acme/rows', 'default', 'train'],
    ['is-valid', 'acme/rows', 'default'],
    ['rows', 'acme/rows'],
  ]) {
    expect((await run('viewer', ...wrong)).code).toBe(2)
  }
})

describe('hubdex hub files', () => {
  test('lists files, commits and refs', async () => {
    const paths = async (...line: string[]) => (await parsed('files', 'ls', ...line)).map(({ path }: { path: string }) => path)
    expect(await paths('acme/model')).toEqual(['README.md', 'config.json', 'data', 'empty.txt'])
    expect(await paths('acme/model', 'data/')).toEqual(['data/large.bin'])
    expect((await run('files', 'ls', 'acme/model', '--recursive', '--expand')).stdout).toMatch(
      /^data\/large\.bin +17\.8 MB +LFS +\d{4}-\d\d-\d\d +initial commit +safe$/m,
    )
    expect(await parsed('files', 'commits', 'acme/model')).toHaveLength(1)
    expect(await parsed('files', 'refs', 'acme/rows', '--kind', 'dataset')).toMatchObject({ converts: [{ name: 'parquet' }] })
  })

  test('downloads to a file, in a folder or to stdout, and nothing else stays', async () => {
    const whole = Buffer.from(await (await fetch(`${hub.url}/acme/model/resolve/main/data/large.bin`)).arrayBuffer())
    const answer = await parsed('files', 'get', 'acme/model', 'data/large.bin', '--output', folder)
    expect(answer).toMatchObject({ path: join(folder, 'large.bin'), bytes: LARGE, resumedAt: 0 })
    expect(readFileSync(join(folder, 'large.bin')).equals(whole)).toBe(true)
    await run('files', 'get', 'acme/model', 'empty.txt', '--output', join(folder, 'none'))
    expect(readdirSync(folder).toSorted()).toEqual(['large.bin', 'none'])
    const config = await run('files', 'get', 'acme/model', 'config.json', '--output', '-')
    expect(JSON.parse(config.stdout)).toEqual({ model_type: 'custom' })
  })

  test('resumes an interrupted download of the same commit only', async () => {
    const { commit } = await parsed('files', 'get', 'acme/model', 'data/large.bin', '--output', folder)
    const path = join(folder, 'large.bin')
    const whole = readFileSync(path)
    writeFileSync(`${path}.${commit.slice(0, 12)}.part`, whole.subarray(0, 1_000_000))
    writeFileSync(`${path}.aaaaaaaaaaaa.part`, 'of another commit')
    const answer = await parsed('files', 'get', 'acme/model', 'data/large.bin', '--output', path)
    expect(answer).toMatchObject({ bytes: LARGE, resumedAt: 1_000_000 })
    expect(readFileSync(path).equals(whole)).toBe(true)
  })

  test('downloads a range', async () => {
    const part = async (range: string) =>
      (await run('files', 'get', 'acme/model', 'config.json', '--range', range, '--output', '-')).stdout
    const whole = await part('0-')
    expect(await part('2-5')).toBe(whole.slice(2, 6))
    expect(await part('-4')).toBe(whole.slice(-4))
    expect(await part('0-999999')).toBe(whole)
    for (const range of ['5-2', 'x', '-', '99999-']) {
      expect((await run('files', 'get', 'acme/model', 'config.json', '--range', range, '--output', '-')).code).toBe(2)
    }
  })

  test.each([
    [['acme/model', 'nothing.txt'], 'EntryNotFound', 'Entry not found'],
    [['acme/model', 'config.json', '--revision', 'v9'], 'RevisionNotFound', 'Invalid rev id'],
    [['acme/gated', 'README.md'], 'GatedRepo', 'restricted'],
    [['acme/none', 'README.md'], 'RepoNotFound', 'does not exist'],
  ])('says why it cannot download %j', async (line, _code, message) => {
    const output = join(folder, 'file')
    expect(await run('files', 'get', ...line, '--output', output)).toMatchObject({
      code: 1,
      stdout: '',
      stderr: expect.stringContaining(message),
    })
    expect(existsSync(output)).toBe(false)
    expect(readdirSync(folder)).toEqual([])
  })
})

test('hubdex hub parquet lists files, of all or of one split, and downloads one', async () => {
  const splits = async (...line: string[]) =>
    (await parsed('parquet', 'ls', 'acme/rows', ...line)).splits.map(
      (one: { config: string; split: string; urls: string[] }) => [one.config, one.split, one.urls.length],
    )
  expect(await splits()).toEqual([
    ['default', 'train', 2],
    ['default', 'test', 1],
  ])
  expect(await splits('default')).toEqual(await splits())
  expect(await splits('default', 'test')).toEqual([['default', 'test', 1]])
  const { path } = await parsed('parquet', 'get', 'acme/rows', 'default', 'train', '--number', '1', '--output', folder)
  expect(path).toBe(join(folder, 'default-train-1.parquet'))
  expect(readFileSync(path).toString('latin1', 0, 4)).toBe('PAR1')
  expect((await run('parquet', 'get', 'acme/rows', 'default', 'train', '--number', '2', '--output', folder)).code).toBe(1)
  expect((await run('parquet', 'ls', 'acme/rows', 'none')).code).toBe(1)
})

describe('hubdex hub get', () => {
  test('prints JSON indented, and any other answer as it is', async () => {
    expect(JSON.parse((await run('get', '/api/models/acme/model')).stdout)).toHaveProperty('id', 'acme/model')
    expect((await run('get', 'api/models/acme/model/auth-check')).stdout).toBe('OK')
    const output = join(folder, 'models.json')
    await run('get', '/api/models?limit=1', '--output', output)
    expect(JSON.parse(readFileSync(output, 'utf8'))).toHaveLength(1)
  })

  test('follows a list to its end', async () => {
    const one = await run('get', '/api/models?limit=1&sort=downloads')
    expect(JSON.parse(one.stdout)).toHaveLength(1)
    expect(one.stderr).toContain('--all')
    expect(JSON.parse((await run('get', '/api/models?limit=1&sort=downloads', '--all')).stdout)).toHaveLength(3)
    expect((await run('get', '/api/models/acme/model', '--all')).code).toBe(2)
  })

  test('sends nothing to another host, and says what a Hub without the path answers', async () => {
    expect(await run('get', 'https://example.com/api/models')).toMatchObject({
      code: 1,
      stderr: expect.stringContaining(hub.url),
    })
    expect((await run('get', '/api/nothing')).stderr).toContain("Sorry, we can't find the page")
  })
})
