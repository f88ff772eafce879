import type { RequestListener } from 'node:http'
import { beforeEach, describe, expect, test } from 'vitest'
import { fetchParquet } from '../../../src/crawl/stages/parquet/fetch-parquet.ts'
import { STAGE_LIMITS, type StageLimits } from '../../../src/crawl/stages/stage-context.ts'
import { Turns } from '../../../src/crawl/turns.ts'
import { createHubClient } from '../../../src/hub/client.ts'
import { addRepos } from '../../catalog/stages/stage-catalog.ts'
import { sendJson, startServer, type TestServer } from '../../hub/test-server.ts'
import { sharedCatalog } from '../../support/catalog/catalog.ts'
import { anyCatalogTarget } from '../../support/catalog/embedded.ts'
import { stagesOnce } from '../../support/catalog/stages.ts'
import { hubIdOf } from '../../support/hub/pages.ts'
import { footerBytes, type WrittenElement } from './parquet/footer-bytes.ts'
import { longFooter, parquetFile, withEnding } from './parquet/parquet-file.ts'

/** Answers of a Hub with one dataset. */
interface Answers {
  detail?: unknown
  listing?: unknown
  /** By path within the repo. */
  files?: (path: string) => Buffer | undefined
}

function answering({ detail, listing, files }: Answers): RequestListener {
  return (request, response) => {
    const path = decodeURIComponent(new URL(request.url ?? '', 'http://hub').pathname)
    if (path.endsWith('/parquet')) return sendJson(response, listing ?? {})
    if (path.startsWith('/api/')) return sendJson(response, detail ?? { _id: hubIdOf(1), id: 'owner/repo-1', sha: 'sha-1' })
    const file = files?.(path.split(/\/resolve\/(?:sha-1|main|refs\/convert\/parquet)\//)[1] ?? '')
    if (file === undefined) return sendJson(response, { error: 'none' }, { 'x-error-code': 'EntryNotFound' }, 404)
    sendRange(file, request.headers.range, response)
  }
}

function sendRange(file: Buffer, range: string | undefined, response: Parameters<RequestListener>[1]): void {
  const [, from = '', to = ''] = /^bytes=(\d*)-(\d*)$/.exec(range ?? '') ?? []
  if (from === '' && to === '') {
    response.end(file)
    return
  }
  const start = from === '' ? Math.max(0, file.length - Number(to)) : Number(from)
  const end = from === '' ? file.length : Math.min(file.length, Number(to) + 1)
  response.writeHead(206, { 'content-range': `bytes ${start}-${end - 1}/${file.length}` }).end(file.subarray(start, end))
}

describe.each(anyCatalogTarget)('the stages with a hostile Hub ($engine)', ({ create }) => {
  const catalog = sharedCatalog(create)
  beforeEach(async () => {
    await addRepos(catalog, 'dataset', [{ number: 1, gated: false }])
  })

  async function run(answers: Answers): Promise<TestServer> {
    const server = await startServer(answering(answers))
    await stagesOnce(catalog, server.url)
    return server
  }
  const stages = (): Promise<unknown> => catalog.rows('select stage, outcome, reason from repo_stages order by stage')
  const urls = (count: number): string[] =>
    Array.from({ length: count }, (_, n) => `http://elsewhere/parquet/c/train/${n}.parquet`)

  test('read twenty footers of ten thousand files, and mark the sums as estimated', async () => {
    const file = parquetFile(25)
    const server = await run({
      listing: { c: { train: urls(10_000) } },
      files: (path) => (path.startsWith('c/train/') ? file : undefined),
    })
    expect(server.requests.filter(({ url }) => url?.includes('convert')).length).toBe(20)
    expect(server.requests[3]?.url).toBeDefined()
    expect(await catalog.rows('select files, rows, bytes, estimated from parquet_splits')).toEqual([
      { files: 10_000, rows: '250000', bytes: String(file.length * 10_000), estimated: true },
    ])
    expect(await catalog.value('select count(*)::int from parquet_files where rows = 25')).toBe(20)
    expect(await stages()).toContainEqual({
      stage: 'parquet',
      outcome: 'done',
      reason: expect.stringMatching(/9980 of 10000/),
    })
  })

  test('store the error of each bad Parquet file, and read the good ones', async () => {
    const files: Record<string, Buffer> = {
      'c/train/0000.parquet': withEnding(Buffer.alloc(100), 'PARE'),
      'c/train/0001.parquet': Buffer.from('no Parquet'),
      'c/train/0002.parquet': parquetFile(25),
      'c/train/0003.parquet': withEnding(Buffer.alloc(100), 'PAR1', 50 * 1024 * 1024),
      'c/train/0004.parquet': withEnding(Buffer.alloc(1_000, 0xff)),
      'c/train/0005.parquet': longFooter(300_000),
    }
    await run({ listing: { c: { train: urls(7) } }, files: (path) => files[path] })
    expect(await catalog.rows('select shard, rows, error from parquet_files order by shard')).toEqual([
      { shard: '0', rows: null, error: 'it is encrypted' },
      { shard: '1', rows: null, error: expect.stringContaining('Parquet') },
      { shard: '2', rows: '25', error: null },
      { shard: '3', rows: null, error: 'it is cut short' },
      { shard: '4', rows: null, error: expect.stringMatching(/^a |^it /) },
      { shard: '5', rows: '0', error: null },
      { shard: '6', rows: null, error: expect.stringContaining('http://elsewhere/') },
    ])
    expect(await catalog.value('select count(*)::int from failures')).toBe(0)
    expect(await stages()).toContainEqual({
      stage: 'parquet',
      outcome: 'done',
      reason: expect.stringMatching(/^5 of 7 .* encrypted\. .* c\/train .* 2 /),
    })
  })

  test('store the columns of all files of a split, and each type of a column', async () => {
    const id = { name: 'id', type: 2 }
    const file = (columns: readonly WrittenElement[], columnBytes: readonly number[]) =>
      withEnding(footerBytes([{ name: 'root', children: columns.length }, ...columns], { rows: 5, columnBytes }))
    const files = [
      file([id, { name: 'text', type: 6, converted: 0 }], [10, 20]),
      file([{ name: 'text', type: 6, converted: 0 }, id], [7, 3]),
      file([id, { name: 'text', type: 2 }, { name: 'new', type: 1 }], [100, 200, 300]),
    ]
    await run({
      listing: { c: { train: urls(3) } },
      files: (path) => files[Number(/(\d+)\.parquet$/.exec(path)?.[1])],
    })
    expect(await catalog.rows('select path, physical_type, nullable, bytes from dataset_columns order by position')).toEqual([
      { path: 'id', physical_type: 'INT64', nullable: true, bytes: '113' },
      { path: 'text', physical_type: 'BYTE_ARRAY', nullable: true, bytes: '27' },
      { path: 'text', physical_type: 'INT64', nullable: true, bytes: '200' },
      { path: 'new', physical_type: 'INT32', nullable: true, bytes: '300' },
    ])
    expect(await catalog.value('select sum(rows)::int from parquet_splits')).toBe(15)
    expect(await stages()).toContainEqual({
      stage: 'parquet',
      outcome: 'done',
      reason: expect.stringMatching(/ c\/train .* 2 /),
    })
  })

  test('store a bounded number of columns and characters per dataset, and report how many', async () => {
    const config = (number: number, columns: number, name: string): Buffer => {
      const deep = Array.from({ length: 90 }, (_, level) => ({
        name: `${name}${number}`,
        children: level < 89 ? 1 : columns,
      }))
      const leaves = Array.from({ length: columns }, (_, column) => ({ name: `c${column}`, type: 6 }))
      return withEnding(footerBytes([{ name: 'root', children: 1 }, ...deep, ...leaves]))
    }
    const listing = Object.fromEntries(
      Array.from({ length: 12 }, (_, number) => [`c${number}`, { train: [`http://x/parquet/c${number}/train/0.parquet`] }]),
    )
    const answers = (columns: number, name: string): Answers => ({
      listing,
      files: (path) => {
        const number = /^c(\d+)\/train/.exec(path)?.[1]
        return number === undefined ? undefined : config(Number(number), columns, name)
      },
    })
    await run(answers(1_000, 'group-with-a-long-name-'))
    const stored = await catalog.value('select sum(cardinality(paths))::int from catalog.parquet_schemas')
    const characters = `select sum(length(array_to_string(paths || nestings, '')))::int from catalog.parquet_schemas`
    expect(await catalog.value(characters)).toBeLessThan(2_010_000)
    expect(await catalog.value('select sum(column_count)::int from catalog.parquet_schemas')).toBe(12_000)
    expect(await catalog.value('select count(*)::int from parquet_splits where rows = 1')).toBe(12)
    expect(
      await catalog.value(
        'select bool_and(cardinality(column_bytes) = cardinality(paths)) from catalog.parquet_splits s ' +
          'join catalog.parquet_schemas h on h.hub_id = s.hub_id and h.position = s.schema_position',
      ),
    ).toBe(true)
    expect(await stages()).toContainEqual({
      stage: 'parquet',
      outcome: 'done',
      reason: expect.stringContaining(` ${stored} of 12000 `),
    })
  })

  test('read a bounded number of bytes of footers per dataset, in a bounded time', async () => {
    const signal = new AbortController().signal
    const context = { includePrivate: false, signal, turns: new Turns(), emit: () => undefined }
    const task = { stage: 'parquet', hubId: hubIdOf(1), kind: 'dataset', id: 'owner/repo-1', sha: 'sha-1' } as const
    const server = await startServer(
      answering({
        listing: { c: { train: urls(5) } },
        files: (path) => (path.startsWith('c/') ? longFooter(5_000) : undefined),
      }),
    )
    const hub = createHubClient({ endpoint: server.url })
    const read = async (given: Partial<StageLimits>): Promise<unknown> => {
      const limits = { ...STAGE_LIMITS, ...given }
      return (await fetchParquet({ ...task, gated: null, deaths: 0 }, { ...context, hub }, limits)).reason
    }
    expect(await read({ footerBytesOfDataset: 6_000 })).toMatch(/ 3 of 5 /)
    expect(await read({ footersMs: 0 })).toMatch(/ 5 of 5 /)
    expect(await read({ parquetFileCharacters: 100 })).toMatch(/ 2 files /)
    await hub.close()
  })

  test('store a bounded number of characters of file names per repo', async () => {
    const siblings = Array.from({ length: 5_000 }, (_, number) => ({ rfilename: `${number}${'x'.repeat(2_000)}` }))
    await run({ detail: { _id: hubIdOf(1), id: 'owner/repo-1', sha: 'sha-1', siblings } })
    expect(await catalog.rows('select file_count from repo_details')).toEqual([{ file_count: 5_000 }])
    const stored = await catalog.value('select count(*)::int from repo_files')
    expect(await stages()).toContainEqual({
      stage: 'details',
      outcome: 'done',
      reason: expect.stringContaining(` ${stored} of 5000 `),
    })
    expect(await catalog.value('select sum(length(path))::int from repo_files')).toBeLessThan(4_000_001)
  })

  test('download only the end of a file with a footer of 50 MB', async () => {
    const file = longFooter(50 * 1024 * 1024)
    const server = await run({
      listing: { c: { train: urls(1) } },
      files: (path) => (path.endsWith('parquet') ? file : undefined),
    })
    expect(await catalog.value('select error from parquet_files')).toMatch(/ 52\d+ bytes/)
    expect(server.requests.filter(({ url }) => url?.includes('convert')).length).toBe(1)
  })

  test('store the beginning of a card of 5 MB, and the readable part of one in a broken encoding', async () => {
    await run({ files: (path) => (path === 'README.md' ? Buffer.alloc(5 * 1024 * 1024, 'é') : undefined) })
    expect(await catalog.rows('select length(text) as characters, bytes, truncated from cards')).toEqual([
      { characters: 512 * 1024, bytes: 1024 * 1024, truncated: true },
    ])
    await addRepos(catalog, 'dataset', [{ number: 1, sha: 'main', gated: false }])
    const broken = Buffer.concat([
      Buffer.from('---\na: 1\n---\ngood '),
      Buffer.from([0xff, 0xfe, 0x00, 0x80]),
      Buffer.from(' good'),
    ])
    await run({ files: (path) => (path === 'README.md' ? broken : undefined) })
    expect(await catalog.rows('select text, truncated from cards')).toEqual([
      { text: 'good \ufffd\ufffd\ufffd good', truncated: false },
    ])
  })

  test.each([
    ['a list', []],
    ['text', 'repo'],
    ['nothing', null],
    ['a repo without a name', { _id: hubIdOf(1) }],
    ['another repo', { _id: hubIdOf(2), id: 'owner/repo-1' }],
  ])('do not accept %s as the details of a repo', async (_, detail) => {
    const server = await startServer(answering({ detail: detail ?? false }))
    const outcomes = await stagesOnce(catalog, server.url, { stages: ['details', 'parquet'] })
    expect(outcomes).toMatchObject({ details: { done: 0, failed: 1 }, parquet: { done: 0, failed: 1 } })
    expect(await catalog.value('select count(*)::int from repo_details')).toBe(0)
    expect(await catalog.value(`select bool_and(cause in ('moved', 'broken-answer')) from failures`)).toBe(true)
  })

  test('store the valid members of malformed details', async () => {
    const files = [
      null,
      7,
      { rfilename: 1 },
      { rfilename: 'a', size: -1, blobId: 'g'.repeat(40), lfs: { sha256: 'zz', pointerSize: 2 ** 31 } },
      { rfilename: '\ud800b', size: 5, blobId: 'ab'.repeat(20), lfs: [] },
    ]
    await run({
      detail: {
        _id: hubIdOf(1),
        id: 'owner/repo-1',
        sha: {},
        siblings: files,
        usedStorage: 1e300,
        deep: JSON.parse('['.repeat(500) + ']'.repeat(500)),
        __proto__: 'x',
      },
    })
    expect(await catalog.rows('select path, size, sha256, blob_id, pointer_size from repo_files order by path')).toEqual([
      { path: 'a', size: null, sha256: null, blob_id: null, pointer_size: null },
      { path: '\ufffdb', size: '5', sha256: null, blob_id: 'ab'.repeat(20), pointer_size: null },
    ])
    expect(await catalog.rows('select used_storage, file_count, file_bytes, details from repo_details')).toEqual([
      { used_storage: null, file_count: 2, file_bytes: '5', details: { hubdexOmitted: ['deep'] } },
    ])
  })

  test('store that a gated repo has nothing to fetch, until it is opened', async () => {
    await addRepos(catalog, 'dataset', [{ number: 1, gated: 'auto' }])
    const server = await startServer((request, response) => {
      const isFile = request.url?.includes('/resolve/') || request.url?.endsWith('/parquet')
      if (!isFile) return answering({})(request, response)
      sendJson(response, { error: 'gated' }, { 'x-error-code': 'GatedRepo' }, 401)
    })
    await stagesOnce(catalog, server.url)
    expect(await stages()).toEqual([
      { stage: 'card', outcome: 'absent', reason: 'gated' },
      { stage: 'details', outcome: 'done', reason: null },
      { stage: 'parquet', outcome: 'absent', reason: 'gated' },
    ])
    // A repo that is listed as open but refuses access is a failure.
    await addRepos(catalog, 'dataset', [{ number: 1, gated: false }])
    await stagesOnce(catalog, server.url)
    expect(await catalog.rows('select task, cause from failures order by task')).toEqual([
      { task: 'card', cause: 'gated' },
      { task: 'parquet', cause: 'gated' },
    ])
  })

  test.each([
    ['500 with', 500, {}, 'server-error'],
    ['401 without', 401, undefined, 'not-authorized'],
    ['a page of HTML with', 200, undefined, 'broken-answer'],
  ])('stop if the Hub answers everything with %s an error', async (_, status, json, cause) => {
    await addRepos(
      catalog,
      'dataset',
      Array.from({ length: 200 }, (_, index) => ({ number: index + 1 })),
    )
    const server = await startServer((_request, response) => {
      if (json === undefined) response.writeHead(status, { 'content-type': 'text/html' }).end('<html>')
      else sendJson(response, json, {}, status)
    })
    const outcomes = await stagesOnce(catalog, server.url, { stages: ['details'] })
    expect(outcomes.details).toMatchObject({ state: 'interrupted', note: { code: 'hub-failing' } })
    expect(server.requests.length).toBeLessThan(40)
    // The tenth failure stops the run, while four tasks are in flight.
    const [failed] = await catalog.rows('select cause, count(*)::int from failures group by cause')
    expect(failed).toEqual({ cause, count: expect.any(Number) })
    expect(failed?.['count']).toBeLessThanOrEqual(13)
    expect(await catalog.value('select count(*)::int from repos where removed_at is not null')).toBe(0)
    expect(await catalog.value('select count(*)::int from catalog.stage_claims')).toBe(0)
  })

  test('continue past single repos that fail', async () => {
    await addRepos(
      catalog,
      'dataset',
      Array.from({ length: 60 }, (_, index) => ({ number: index + 1 })),
    )
    const server = await startServer((request, response) => {
      const number = Number(/repo-(\d+)/.exec(request.url ?? '')?.[1])
      if (number % 3 === 0) return sendJson(response, { error: 'no' }, {}, 500)
      if (number % 3 === 1) return sendJson(response, { error: 'no' }, { 'x-error-code': 'RepoNotFound' }, 404)
      sendJson(response, { _id: hubIdOf(number), id: `owner/repo-${number}` })
    })
    const outcomes = await stagesOnce(catalog, server.url, { stages: ['details'] })
    expect(outcomes.details).toMatchObject({ done: 20, failed: 40, state: 'complete' })
  })
})
