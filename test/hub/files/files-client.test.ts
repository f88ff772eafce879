import { expect, test } from 'vitest'
import { BrokenAnswer, BrokenLink, Refused, RepoNotFound } from '../../../src/hub/errors.ts'
import { freshHub } from '../../support/hub/sample-hub.ts'
import { allOf, startClient, startServer } from '../test-server.ts'

const sample = freshHub({
  quota: 0,
  payloads: { models: [{ id: 'acme/model', siblings: [{ rfilename: 'README.md' }, { rfilename: 'a/b.bin' }] }] },
})
const client = () => startClient(sample.url, { token: 'hf_acme' })

test('Files are committed, listed, read and deleted', async () => {
  const { files, repoFile } = client()
  const changes = [{ path: 'new.txt', content: Buffer.from('new') }]
  const { oid } = await files.commit('model', 'acme/model', { title: 'Add new.txt', changes })
  const [page] = await allOf(files.tree('model', 'acme/model', { recursive: true, expand: true }))
  expect(page?.find(({ path }) => path === 'new.txt')).toMatchObject({ size: 3, lastCommit: { id: oid, title: 'Add new.txt' } })
  expect(String((await repoFile('model', 'acme/model', 'new.txt', { maxBytes: 9 })).bytes)).toBe('new')
  await files.commit('model', 'acme/model', { title: 'Remove', changes: [{ path: 'a', delete: 'folder' }] })
  const found = await files.pathsInfo('model', 'acme/model', ['new.txt', 'a/b.bin'])
  expect(found.map(({ path }) => path)).toEqual(['new.txt'])
  const [commits] = await allOf(files.commits('model', 'acme/model', { limit: 2 }))
  expect(commits).toMatchObject({ total: 3, commits: [{ title: 'Remove' }, { id: oid, authors: ['acme'] }] })
})

test('Branches, tags and pull requests are made and listed', async () => {
  const { files } = client()
  await files.createRef('model', 'acme/model', 'branch', { name: 'dev' })
  await files.createRef('model', 'acme/model', 'tag', { name: 'v1', revision: 'dev' })
  const commit = { title: 'x', changes: [{ path: 'x', content: Buffer.from('x') }], createPullRequest: true }
  expect((await files.commit('model', 'acme/model', commit)).pullRequestUrl).toMatch(/\/discussions\/1$/)
  const refs = await files.refs('model', 'acme/model', { pullRequests: true })
  expect(Object.values(refs).flatMap((group) => group.map(({ ref }: { ref: string }) => ref))).toEqual([
    'refs/heads/main',
    'refs/heads/dev',
    'refs/tags/v1',
    'refs/pr/1',
  ])
  await files.deleteRef('model', 'acme/model', 'tag', 'v1')
  expect((await files.refs('model', 'acme/model')).tags).toEqual([])
})

test('Refused commits name the endpoint, the status and what the Hub said', async () => {
  const { files } = client()
  const commit = (changes: Parameters<typeof files.commit>[2]['changes'], parentCommit?: string) =>
    files.commit('model', 'acme/model', { title: 'x', changes, parentCommit })
  const outside = await commit([{ path: '../x', content: Buffer.from('x') }]).catch((error) => error)
  expect(outside).toBeInstanceOf(Refused)
  expect(outside).toMatchObject({ status: 400, serverMessage: expect.stringContaining('path') })
  expect(outside.message).toContain(`${sample.url}/api/models/acme/model/preupload/main`)
  expect(await commit([{ path: 'none', delete: 'file' }]).catch((error) => error)).toMatchObject({ errorCode: 'EntryNotFound' })
  expect(await commit([], '0'.repeat(40)).catch((error) => error)).toMatchObject({ status: 412 })
  const large = { path: 'x.bin', content: Buffer.alloc(41 * 1024 * 1024) }
  await expect(commit([large])).rejects.toThrow(Refused)
  await expect(files.refs('model', 'acme/none')).rejects.toThrow(RepoNotFound)
  await expect(allOf(files.tree('model', 'acme/model', { path: '..' }))).rejects.toThrow(Refused)
})

test('A list that is none, or that links in a circle or elsewhere, is reported', async () => {
  const walk = async (answer: { json: unknown; link?: string }) => {
    const server = await startServer((_request, response) => {
      response.writeHead(200, {
        'content-type': 'application/json',
        ...(answer.link === undefined ? {} : { link: answer.link }),
      })
      response.end(JSON.stringify(answer.json))
    })
    return await allOf(startClient(server.url).files.tree('model', 'a/b')).catch((error: unknown) => error)
  }
  expect(await walk({ json: { path: 'x' } })).toBeInstanceOf(BrokenAnswer)
  expect(await walk({ json: [], link: '</api/models/a/b/tree/main>; rel="next"' })).toBeInstanceOf(BrokenLink)
  expect(await walk({ json: [], link: '<https://elsewhere.example/x>; rel="next"' })).toBeInstanceOf(BrokenLink)
  expect(await walk({ json: [null, 7, { path: 1 }, { path: 'a', type: 'file' }] })).toEqual([
    [expect.objectContaining({ path: 'a', size: 0, oid: undefined, lfs: undefined })],
  ])
})

test('A download of any size comes in ranges', async () => {
  const { files } = client()
  const content = Buffer.from('0123456789')
  await files.commit('model', 'acme/model', { title: 'x', changes: [{ path: 'digits', content }] })
  const url = files.url('model', 'acme/model', 'digits')
  const chunks = await allOf(files.download(url, { chunkBytes: 4 }))
  expect(chunks.map(({ bytes, from }) => [String(bytes), from])).toEqual([
    ['0123', 0],
    ['4567', 4],
    ['89', 8],
  ])
  const [rest] = await allOf(files.download(url, { from: 7 }))
  expect(String(rest?.bytes)).toBe('789')
})

test('A disabled dataset has no Parquet files, and that is no failure', async () => {
  sample.change.create('dataset', { id: 'acme/closed', sampleParquet: 'some' })
  const { parquetListing } = client()
  expect((await parquetListing('acme/closed')).splits.length).toBeGreaterThan(0)
  sample.change.settings('dataset', 'acme/closed', { disabled: true })
  expect(await parquetListing('acme/closed')).toEqual({ splits: [], reason: expect.stringContaining('disabled') })
})
