import { mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import * as huggingface from '@huggingface/hub'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { collect } from '../sample-hub/walk.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { expectCalls, recordingHub } from './recorder.ts'

let recording: Awaited<ReturnType<typeof recordingHub>>
let cacheDir: string
beforeAll(async () => {
  recording = await recordingHub()
  cacheDir = mkdtempSync(join(temporaryFolder(), 'hub-api-'))
})
afterAll(async () => {
  await recording.hub.close()
  rmSync(cacheDir, { recursive: true })
})

/** Exports that ask the Hub nothing, or for what this Hub has none of. */
const NOT_DRIVEN: Readonly<Record<string, RegExp>> = {
  'constants and errors': /^[A-Z_]+$|^(HubApiError|InvalidApiResponseFormatError|JsonStreamParseError|SafetensorParseError)$/,
  'local files and texts':
    /^(getHFHubCachePath|getRepoFolderName|scan\w+|getBlobStat|parseRepoType|relativeUnderFolder|streamJson)$/,
  'parts of parseSafetensorsMetadata':
    /^(assertSafe|encode|parseSafetensors)ShardFilename$|^(computeNumOf|get|glob|is|matches|parseTotal|validateTensor)[A-Z]?\w*(File|Multiplier|Match|Tensor|Target|Parameters|Entry)$/,
  'internals of its tests': /^__internal_/,
  'browsers only': /^oauth/,
  'jobs on the machines of the Hub': /Jobs?$|^(listJobHardware|streamJob\w+)$/,
  'buckets, which are no repos': /^copy(File|Files|Folder)(Iter)?$|^commitIterBucket$/,
}

test('every function of @huggingface/hub is driven, or has a reason not to be', async () => {
  const { hub, drive, calls } = recording
  const options = { hubUrl: hub.url, accessToken: 'hf_ada' }
  const [model, dataset] = [{ type: 'model', name: 'ada/m' } as const, { type: 'dataset', name: 'ada/rows' } as const]
  const made = { type: 'model', name: 'ada/made' } as const
  const blob = (text: string) => new Blob([text])
  const at = { ...options, repo: model }
  const write = { ...options, repo: made }
  const h = huggingface

  expect(await drive('whoAmI', () => h.whoAmI(options))).toMatchObject({ name: 'ada', orgs: [{ name: 'lab' }] })
  expect(await drive('listModels', () => collect(h.listModels(options)))).toHaveLength(4)
  expect(await drive('listDatasets', () => collect(h.listDatasets(options)))).toHaveLength(1)
  expect(await drive('listSpaces', () => collect(h.listSpaces(options)))).toHaveLength(1)
  expect(await drive('modelInfo', () => h.modelInfo({ ...options, name: 'ada/m' }))).toMatchObject({ likes: 4 })
  expect(await drive('datasetInfo', () => h.datasetInfo({ ...options, name: 'ada/rows' }))).toMatchObject({ likes: 3 })
  expect(await drive('spaceInfo', () => h.spaceInfo({ ...options, name: 'ada/app' }))).toMatchObject({ sdk: 'static' })
  expect(await drive('repoExists', () => h.repoExists(at))).toBe(true)
  await drive('checkRepoAccess', () => h.checkRepoAccess(at))
  expect(await drive('fileExists', () => h.fileExists({ ...at, path: 'config.json' }))).toBe(true)
  expect(await drive('listFiles', () => collect(h.listFiles({ ...at, recursive: true })))).toHaveLength(5)
  expect(await drive('pathsInfo', () => h.pathsInfo({ ...at, paths: ['data'] }))).toMatchObject([{ type: 'directory' }])
  expect(await drive('listCommits', () => collect(h.listCommits({ ...at, batchSize: 1 })))).toHaveLength(1)
  expect(await drive('countCommits', () => h.countCommits(at))).toBe(1)
  expect(await drive('fileDownloadInfo', () => h.fileDownloadInfo({ ...at, path: 'README.md' }))).toHaveProperty('etag')
  expect(await (await drive('downloadFile', () => h.downloadFile({ ...at, path: 'config.json' })))?.text()).toContain('{')
  const cached = { ...at, path: 'config.json', cacheDir }
  expect(await drive('downloadFileToCacheDir', () => h.downloadFileToCacheDir(cached))).toContain(cacheDir)
  const snapshot = { ...options, repo: dataset, cacheDir }
  expect(await drive('snapshotDownload', () => h.snapshotDownload(snapshot))).toContain(cacheDir)
  const metadata = await drive('parseSafetensorsMetadata', () =>
    h.parseSafetensorsMetadata({ ...at, computeParametersCount: true }),
  )
  expect(metadata.parameterCount).toEqual({ F32: 100 })
  const sharded = { ...options, repo: { type: 'model', name: 'ada/shards' } as const, computeParametersCount: true as const }
  const shards = await drive('parseSafetensorsMetadata', () => h.parseSafetensorsMetadata(sharded))
  expect(shards.parameterCount).toEqual({ F32: 1001 })

  const files = [{ path: 'a.txt', content: blob('a') }]
  await drive('createRepo', () => h.createRepo({ ...write, files }))
  await drive('uploadFile', () => h.uploadFile({ ...write, file: { path: 'b.txt', content: blob('b') } }))
  await drive('uploadFiles', () => h.uploadFiles({ ...write, files: [{ path: 'c.txt', content: blob('c') }] }))
  const large = { path: 'large.bin', content: new Blob([Buffer.alloc(41 * 1024 * 1024, 'x')]) }
  await drive('uploadFilesWithProgress', () => collect(h.uploadFilesWithProgress({ ...write, files: [large] })))
  const operations = [{ operation: 'addOrUpdate', path: 'd.txt', content: blob('d') } as const]
  await drive('commit', () => h.commit({ ...write, title: 'Add d', operations }))
  const iterated = [{ operation: 'delete', path: 'd.txt' } as const]
  await drive('commitIter', () => collect(h.commitIter({ ...write, title: 'Delete d', operations: iterated })))
  await drive('deleteFile', () => h.deleteFile({ ...write, path: 'b.txt' }))
  await drive('deleteFiles', () => h.deleteFiles({ ...write, paths: ['c.txt', 'large.bin'] }))
  await drive('createBranch', () => h.createBranch({ ...write, branch: 'dev' }))
  await drive('deleteBranch', () => h.deleteBranch({ ...write, branch: 'dev' }))
  const left = await collect(h.listFiles(write))
  expect(left.map(({ path }) => path)).toEqual(['.gitattributes', 'README.md', 'a.txt'])
  await drive('deleteRepo', () => h.deleteRepo(write))
  expect(await h.repoExists(write)).toBe(false)

  const collection = { title: 'List', namespace: 'ada', item: { type: 'model', id: 'ada/m' } as const }
  const { slug } = await drive('createCollection', () => h.createCollection({ ...options, collection }))
  const listed = await drive('listCollections', () => collect(h.listCollections({ ...options, search: { owner: ['ada'] } })))
  expect(listed).toMatchObject([{ slug, items: [{ id: 'ada/m' }] }])
  await drive('deleteCollection', () => h.deleteCollection({ ...options, slug }))

  const reasons = Object.values(NOT_DRIVEN)
  const others = Object.keys(huggingface).filter((name) => !calls.has(name) && !reasons.some((names) => names.test(name)))
  expect(others).toEqual([])
  await expectCalls('huggingface-js', calls)
})

test('jobs, which this Hub does not run, are refused as an unknown page', async () => {
  const options = { hubUrl: recording.hub.url, accessToken: 'hf_ada', namespace: 'ada' }
  await expect(huggingface.listJobs(options)).rejects.toMatchObject({ statusCode: 404 })
})
