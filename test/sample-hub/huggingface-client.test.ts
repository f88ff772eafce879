import {
  createRepo,
  datasetInfo,
  deleteRepo,
  downloadFile,
  fileDownloadInfo,
  listDatasets,
  listFiles,
  listModels,
  listSpaces,
  modelInfo,
  repoExists,
  spaceInfo,
} from '@huggingface/hub'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createSampleHub, type SampleHub } from '../../src/sample-hub/sample-hub.ts'
import { collect } from './walk.ts'

/** The Hub's own client does not know this server: what it reads here it would also read there. */
let hub: SampleHub
let hubUrl: string
beforeAll(async () => {
  hub = await createSampleHub({ repos: 4000, seed: 5, quota: 0 })
  hubUrl = hub.url
})
afterAll(() => hub.close())

describe("the Hub's own client", () => {
  test('lists every model once, over several pages', async () => {
    const models = await collect(listModels({ hubUrl }))
    expect(models).toHaveLength(2000)
    expect(new Set(models.map((model) => model.id)).size).toBe(2000)
    for (const model of models) {
      expect(model.updatedAt.getTime()).not.toBeNaN()
      expect(typeof model.downloads).toBe('number')
      expect([false, 'auto', 'manual']).toContain(model.gated)
    }
  })

  test('lists every dataset and every Space once', async () => {
    expect(new Set((await collect(listDatasets({ hubUrl }))).map((one) => one.id)).size).toBe(1000)
    const spaces = await collect(listSpaces({ hubUrl, additionalFields: ['runtime', 'tags', 'subdomain'] }))
    expect(new Set(spaces.map((one) => one.id)).size).toBe(1000)
    expect(spaces.every((space) => space.runtime?.stage !== undefined && space.tags.includes(space.sdk ?? ''))).toBe(true)
  })

  test('stops at a limit', async () => {
    expect(await collect(listModels({ hubUrl, limit: 7 }))).toHaveLength(7)
    expect(await collect(listModels({ hubUrl, limit: 1200 }))).toHaveLength(1200)
  })

  test('filters by words, owner, task and tags', async () => {
    const search = { query: 'LA', task: 'text-generation', tags: ['license:apache-2.0', 'en'] } as const
    const found = await collect(
      listModels({ hubUrl, search: { ...search, tags: [...search.tags] }, additionalFields: ['tags', 'author'] }),
    )
    expect(found.length).toBeGreaterThan(0)
    for (const model of found) {
      expect(model.name).toMatch(/la/)
      expect(model.task).toBe('text-generation')
      expect(model.tags).toEqual(expect.arrayContaining(['license:apache-2.0', 'en']))
    }
    const owner = found[0]?.author ?? ''
    const owned = await collect(listModels({ hubUrl, search: { owner } }))
    expect(owned.every((model) => model.name.startsWith(`${owner}/`))).toBe(true)
  })

  test('sorts', async () => {
    const downloads = (await collect(listModels({ hubUrl, sort: 'downloads' }))).map((one) => one.downloads)
    expect(downloads).toEqual(downloads.toSorted((a, b) => b - a))
  })

  test('reads additional fields on request', async () => {
    const additionalFields = ['cardData', 'config', 'safetensors', 'sha', 'createdAt', 'filePaths'] as const
    const models = await collect(listModels({ hubUrl, limit: 200, additionalFields: [...additionalFields] }))
    expect(models.some((model) => model.safetensors?.total !== undefined)).toBe(true)
    expect(models.every((model) => /^[0-9a-f]{40}$/.test(model.sha) && model.filePaths.length > 0)).toBe(true)
  })

  test('reads the details of one repo', async () => {
    const [model] = await collect(listModels({ hubUrl, limit: 1 }))
    const [dataset] = await collect(listDatasets({ hubUrl, limit: 1 }))
    const space = (await listSpaces({ hubUrl }).next()).value
    expect(await modelInfo({ hubUrl, name: model?.name ?? '' })).toEqual(model)
    expect(await datasetInfo({ hubUrl, name: dataset?.name ?? '' })).toEqual(dataset)
    expect(await spaceInfo({ hubUrl, name: space?.name ?? '' })).toEqual(space)
  })

  test('follows the redirect of another letter case', async () => {
    const [model] = await collect(listModels({ hubUrl, limit: 1 }))
    expect((await modelInfo({ hubUrl, name: model?.name.toUpperCase() ?? '' })).name).toBe(model?.name)
  })

  test('can check which repos exist', async () => {
    const [model] = await collect(listModels({ hubUrl, limit: 1 }))
    expect(await repoExists({ hubUrl, repo: { type: 'model', name: model?.name ?? '' } })).toBe(true)
    expect(await repoExists({ hubUrl, repo: { type: 'model', name: 'nobody/nothing' } })).toBe(false)
    const failure = modelInfo({ hubUrl, name: 'nobody/nothing', accessToken: 'hf_any' })
    await expect(failure).rejects.toMatchObject({
      statusCode: 404,
      message: expect.stringContaining('Repository not found'),
    })
  })

  test('creates, reads and deletes a repo', async () => {
    const [repo, accessToken] = [{ type: 'dataset', name: 'acme/written' }, 'hf_acme'] as const
    const text = '---\nlicense: mit\n---\nHello'
    const files = [{ path: 'README.md', content: new Blob([text]) }]
    const made = await createRepo({ hubUrl, repo, accessToken, license: 'mit', files })
    expect(made).toEqual({ repoUrl: `${hubUrl}/datasets/acme/written`, id: expect.stringMatching(/^[0-9a-f]{24}$/) })
    expect((await datasetInfo({ hubUrl, name: repo.name })).id).toBe(made.id)
    expect(await (await downloadFile({ hubUrl, repo, path: 'README.md' }))?.text()).toBe(text)
    await expect(createRepo({ hubUrl, repo, accessToken })).rejects.toMatchObject({ statusCode: 409 })
    await deleteRepo({ hubUrl, repo, accessToken })
    expect(await repoExists({ hubUrl, repo })).toBe(false)
  })

  test('lists the files of a repo, and reads them and their sizes', async () => {
    const siblings = ['README.md', 'data/a.parquet', 'data/b/c.txt'].map((rfilename) => ({ rfilename }))
    hub.change.create('model', { id: 'acme/files', siblings })
    const repo = { type: 'model', name: 'acme/files' } as const
    const all = await collect(listFiles({ hubUrl, repo, recursive: true }))
    expect(all.map(({ type, path }) => `${type} ${path}`)).toEqual([
      'file README.md',
      'directory data',
      'file data/a.parquet',
      'directory data/b',
      'file data/b/c.txt',
    ])
    expect((await collect(listFiles({ hubUrl, repo, path: 'data' }))).map(({ path }) => path)).toEqual([
      'data/a.parquet',
      'data/b',
    ])
    for (const { path, size, oid, lfs } of all.filter(({ type }) => type === 'file')) {
      expect(await fileDownloadInfo({ hubUrl, repo, path })).toMatchObject({ size, etag: `"${lfs?.oid ?? oid}"` })
    }
    expect(await fileDownloadInfo({ hubUrl, repo, path: 'none' })).toBeNull()
  })

  test('lists the many files of a repo over several pages', async () => {
    const siblings = Array.from({ length: 2_500 }, (_, number) => ({ rfilename: `shards/${number}.bin` }))
    hub.change.create('model', { id: 'acme/shards', siblings })
    const repo = { type: 'model', name: 'acme/shards' } as const
    const paths = (await collect(listFiles({ hubUrl, repo, path: 'shards' }))).map(({ path }) => path)
    expect(new Set(paths)).toEqual(new Set(siblings.map(({ rfilename }) => rfilename)))
    expect(paths).toHaveLength(2_500)
  })

  test('reads a Parquet file at its ref', async () => {
    hub.change.create('dataset', { id: 'acme/rows', sampleParquet: { configs: { default: { train: 1 } } } })
    const repo = { type: 'dataset', name: 'acme/rows' } as const
    const revision = 'refs/convert/parquet'
    const [file] = await collect(listFiles({ hubUrl, repo, revision, recursive: true, path: 'default/train' }))
    const blob = await downloadFile({ hubUrl, repo, revision, path: file?.path ?? '' })
    expect(blob?.size).toBe(file?.size)
    expect(await blob?.slice(blob.size - 4).text()).toBe('PAR1')
  })
})
