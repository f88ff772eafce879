import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import {
  checkRepoAccess,
  commit,
  countCommits,
  createBranch,
  createRepo,
  datasetInfo,
  deleteBranch,
  deleteFile,
  deleteFiles,
  downloadFile,
  downloadFileToCacheDir,
  fileDownloadInfo,
  fileExists,
  listCommits,
  listFiles,
  modelInfo,
  parseSafetensorsMetadata,
  pathsInfo,
  snapshotDownload,
  uploadFile,
  uploadFiles,
  uploadFilesWithProgress,
} from '@huggingface/hub'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createSampleHub, type SampleHub } from '../../src/sample-hub/sample-hub.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { collect } from './walk.ts'

/** The Hub's own client does not know this server: what it does here it would also do there. */
let hub: SampleHub
let hubUrl: string
let folder: string
beforeAll(async () => {
  hub = await createSampleHub({ repos: 400, seed: 5, quota: 0 })
  hubUrl = hub.url
  folder = mkdtempSync(join(temporaryFolder(), 'hubdex-test-'))
})
afterAll(async () => {
  await hub.close()
  rmSync(folder, { recursive: true })
})

const accessToken = 'hf_acme'

/** A model with weights in one file. */
function modelWithWeights() {
  const found = [...hub.repos('model', ['safetensors', 'siblings', 'gated'])].find(
    ({ id, safetensors, siblings, gated }) =>
      id.includes('/') && gated === false && safetensors !== undefined && Array.isArray(siblings) && siblings.length > 3,
  )
  if (found === undefined) throw new Error('No model of this Hub has weights; choose another seed')
  return { type: 'model', name: found.id, total: (found['safetensors'] as { total: number }).total } as const
}

describe("the Hub's own client reads", () => {
  test('whether files exist, and what a repo allows', async () => {
    const repo = modelWithWeights()
    expect(await fileExists({ hubUrl, repo, path: 'config.json' })).toBe(true)
    expect(await fileExists({ hubUrl, repo, path: 'model.safetensors' })).toBe(true)
    expect(await fileExists({ hubUrl, repo, path: 'none.json' })).toBe(false)
    await checkRepoAccess({ hubUrl, repo, accessToken })
  })

  test('the tensors of a model, and finds its parameters', async () => {
    const { total, ...repo } = modelWithWeights()
    const metadata = await parseSafetensorsMetadata({ hubUrl, repo, computeParametersCount: true })
    expect(metadata.sharded).toBe(false)
    expect(Object.values(metadata.parameterCount ?? {}).reduce((sum, count) => sum + (count ?? 0), 0)).toBe(total)
  })

  test('the tensors of a model in shards', async () => {
    const siblings = ['model-00001-of-00002.safetensors', 'model-00002-of-00002.safetensors', 'model.safetensors.index.json']
    const safetensors = { parameters: { F32: 1001 }, total: 1001 }
    hub.change.create('model', { id: 'acme/shards', siblings: siblings.map((rfilename) => ({ rfilename })), safetensors })
    const repo = { type: 'model', name: 'acme/shards' } as const
    const metadata = await parseSafetensorsMetadata({ hubUrl, repo, computeParametersCount: true })
    expect([metadata.sharded, metadata.parameterCount]).toEqual([true, { F32: 1001 }])
  })

  test('the files with their last commits, paths and commits', async () => {
    const { total: _, ...repo } = modelWithWeights()
    const files = await collect(listFiles({ hubUrl, repo, recursive: true, expand: true }))
    expect(files.every(({ lastCommit }) => /^[0-9a-f]{40}$/.test(lastCommit?.id ?? ''))).toBe(true)
    const [info] = await pathsInfo({ hubUrl, repo, paths: ['config.json', 'none'], expand: true })
    expect(info).toMatchObject({ path: 'config.json', type: 'file', securityFileStatus: { status: 'safe' } })
    const commits = await collect(listCommits({ hubUrl, repo, batchSize: 1 }))
    expect(commits.length).toBe(await countCommits({ hubUrl, repo }))
    expect(commits.at(-1)?.title).toBe('initial commit')
    expect(commits[0]?.oid).toBe((await modelInfo({ hubUrl, name: repo.name, additionalFields: ['sha'] })).sha)
  })

  test('the Parquet ref of a dataset, which has a commit of its own', async () => {
    hub.change.create('dataset', { id: 'acme/rows', sampleParquet: 'some' })
    const additionalFields = ['sha' as const]
    const read = (revision?: string) =>
      datasetInfo({
        hubUrl,
        name: 'acme/rows',
        additionalFields,
        ...(revision === undefined ? {} : { revision }),
      })
    const [main, ref] = [await read(), await read('refs/convert/parquet')]
    expect(ref.sha).not.toBe(main.sha)
  })

  test('whole repos and files into its cache', async () => {
    const { total: _, ...repo } = modelWithWeights()
    const path = await downloadFileToCacheDir({ hubUrl, repo, path: 'config.json', cacheDir: folder })
    expect(JSON.parse(readFileSync(path, 'utf8'))).toHaveProperty('model_type')
    const siblings = ['README.md', 'model.safetensors'].map((rfilename) => ({ rfilename }))
    hub.change.create('model', { id: 'acme/small', siblings })
    const small = { type: 'model', name: 'acme/small' } as const
    const snapshot = await snapshotDownload({ hubUrl, repo: small, cacheDir: folder })
    const info = await fileDownloadInfo({ hubUrl, repo: small, path: 'model.safetensors' })
    expect(readFileSync(join(snapshot, 'model.safetensors')).length).toBe(info?.size)
  })
})

describe("the Hub's own client writes", () => {
  const repo = { type: 'model', name: 'acme/written' } as const
  const read = async (path: string, revision = 'main') => (await downloadFile({ hubUrl, repo, path, revision }))?.text()
  const blob = (text: string) => new Blob([text])
  beforeAll(async () => {
    await createRepo({ hubUrl, repo, accessToken, files: [{ path: 'a/first.txt', content: blob('first') }] })
  })

  test('a repo with all of its files', async () => {
    expect(await read('a/first.txt')).toBe('first')
  })

  test('files, in one commit or several', async () => {
    await uploadFile({ hubUrl, repo, accessToken, file: { path: 'b.txt', content: blob('b') } })
    await uploadFiles({
      hubUrl,
      repo,
      accessToken,
      files: [
        { path: 'c.txt', content: blob('c') },
        { path: 'd/e.safetensors', content: blob('e') },
      ],
    })
    for await (const _ of uploadFilesWithProgress({
      hubUrl,
      repo,
      accessToken,
      files: [{ path: 'f.txt', content: blob('f') }],
    })) {
      // Only the result counts here.
    }
    expect(await Promise.all(['b.txt', 'c.txt', 'd/e.safetensors', 'f.txt'].map((path) => read(path)))).toEqual([
      'b',
      'c',
      'e',
      'f',
    ])
    await deleteFile({ hubUrl, repo, accessToken, path: 'b.txt' })
    await deleteFiles({ hubUrl, repo, accessToken, paths: ['c.txt', 'f.txt'] })
    const names = (await collect(listFiles({ hubUrl, repo, recursive: true })))
      .filter(({ type }) => type === 'file')
      .map(({ path }) => path)
    expect(names).toEqual(['.gitattributes', 'README.md', 'a/first.txt', 'd/e.safetensors'])
  })

  test('a large file through Git LFS', async () => {
    const content = new Blob([Buffer.alloc(41 * 1024 * 1024, 'x')])
    await uploadFile({ hubUrl, repo, accessToken, file: { path: 'large.bin', content }, useXet: true })
    const [file] = await pathsInfo({ hubUrl, repo, paths: ['large.bin'] })
    expect(file).toMatchObject({ size: content.size, lfs: { size: content.size } })
  })

  test('branches and pull requests', async () => {
    await createBranch({ hubUrl, repo, accessToken, branch: 'dev' })
    await uploadFile({ hubUrl, repo, accessToken, branch: 'dev', file: { path: 'dev.txt', content: blob('dev') } })
    expect([await read('dev.txt', 'dev'), await fileExists({ hubUrl, repo, path: 'dev.txt' })]).toEqual(['dev', false])
    await deleteBranch({ hubUrl, repo, accessToken, branch: 'dev' })
    const operations = [{ operation: 'addOrUpdate', path: 'pr.txt', content: blob('pr') } as const]
    const made = await commit({ hubUrl, repo, accessToken, title: 'A request', operations, isPullRequest: true })
    expect(made?.pullRequestUrl).toBe(`${hubUrl}/acme/written/discussions/1`)
    expect(await read('pr.txt', 'refs/pr/1')).toBe('pr')
  })
})
