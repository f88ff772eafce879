import { execFile } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import {
  checkRepoAccess,
  countCommits,
  createRepo,
  datasetInfo,
  downloadFile,
  fileDownloadInfo,
  fileExists,
  listCollections,
  listCommits,
  listDatasets,
  listFiles,
  listModels,
  listSpaces,
  modelInfo,
  parseSafetensorsMetadata,
  pathsInfo,
  repoExists,
  spaceInfo,
  whoAmI,
} from '@huggingface/hub'
import { collect } from '../../sample-hub/walk.ts'

/** What the clients ask for. */
export interface Names {
  readonly model: string
  readonly sha: string
  readonly author: string
  readonly tag: string
  readonly dataset: string
  readonly datasetTag: string
  readonly space: string
  readonly parquet: string
  readonly usedModel: string
  readonly usedDataset: string
  readonly gated: string
  readonly safetensors: string
  readonly formerName: string
}

/** The results of calls as text, by the name of the call. */
export type Results = ReadonlyMap<string, string>

const CALLS = fileURLToPath(new URL('client_calls.py', import.meta.url))
const COMMANDS = fileURLToPath(new URL('hf_commands.py', import.meta.url))
const run = promisify(execFile)

/** Calls of huggingface_hub. @param programs the folder of Python */
export async function pythonResults(programs: string, url: string, names: Names): Promise<Results> {
  const stdout = await inNewHome(url, (env) =>
    run(join(programs, 'python'), [CALLS, JSON.stringify(names)], { env, maxBuffer: 1e9 }),
  )
  const lines = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { name: string })
  return new Map(lines.map(({ name, ...result }) => [name, comparable(result)]))
}

/** Runs of the command `hf`. */
export async function commandResults(programs: string, url: string, { model, dataset, space }: Names): Promise<Results> {
  const commands = {
    'hf models ls': ['models', 'ls', '--limit', '20', '--sort', 'likes', '--json'],
    'hf models info': ['models', 'info', model, '--json'],
    'hf models ls ID': ['models', 'ls', model, '-R', '--json'],
    'hf models card': ['models', 'card', model],
    'hf datasets info': ['datasets', 'info', dataset, '--json'],
    'hf spaces info': ['spaces', 'info', space, '--json'],
  }
  const lines = JSON.stringify(Object.values(commands))
  const texts = JSON.parse(
    await inNewHome(url, (env) => run(join(programs, 'python'), [COMMANDS, lines], { env, maxBuffer: 1e9 })),
  ) as string[]
  const results = Object.entries(commands).map(([name, line], index): [string, string] => {
    const text = texts[index] ?? ''
    const result = line.includes('--json') ? comparable(JSON.parse(text)) : text
    return [name, result.replaceAll(url, 'http://hub.example')]
  })
  return new Map(results)
}

/** Nothing of the user, and no file from another server in the cache. */
async function inNewHome(url: string, start: (environment: NodeJS.ProcessEnv) => Promise<{ stdout: string }>): Promise<string> {
  const home = await mkdtemp(join(tmpdir(), 'hubdex-hf-'))
  const quiet = { HF_HUB_DISABLE_TELEMETRY: '1', HF_HUB_DISABLE_PROGRESS_BARS: '1', HF_HUB_DISABLE_UPDATE_CHECK: '1' }
  try {
    return (await start({ PATH: process.env['PATH'], HOME: home, HF_HOME: home, HF_ENDPOINT: url, ...quiet })).stdout
  } finally {
    await rm(home, { recursive: true, force: true })
  }
}

/** Calls of @huggingface/hub. */
export async function scriptResults(hubUrl: string, names: Names): Promise<Results> {
  const repo = { type: 'model', name: names.model } as const
  const calls: Record<string, () => Promise<unknown>> = {
    listModels: () => collect(listModels({ hubUrl, additionalFields: ['tags', 'sha', 'cardData', 'config', 'safetensors'] })),
    'listModels({ search, sort })': () =>
      collect(listModels({ hubUrl, sort: 'downloads', search: { task: 'text-generation', tags: [names.tag] } })),
    listDatasets: () => collect(listDatasets({ hubUrl, additionalFields: ['tags', 'description', 'cardData'] })),
    listSpaces: () => collect(listSpaces({ hubUrl, additionalFields: ['runtime', 'tags', 'subdomain', 'models'] })),
    modelInfo: () => modelInfo({ hubUrl, name: names.model, additionalFields: ['tags', 'sha', 'filePaths'] }),
    'modelInfo, other letter case': () => modelInfo({ hubUrl, name: names.model.toUpperCase() }),
    datasetInfo: () => datasetInfo({ hubUrl, name: names.dataset }),
    spaceInfo: () => spaceInfo({ hubUrl, name: names.space }),
    repoExists: () => Promise.all(['nobody/nothing', repo.name].map((name) => repoExists({ hubUrl, repo: { ...repo, name } }))),
    checkRepoAccess: () => checkRepoAccess({ hubUrl, repo }),
    listFiles: () => collect(listFiles({ hubUrl, repo, recursive: true })),
    pathsInfo: () => pathsInfo({ hubUrl, repo, paths: ['README.md', 'none'] }),
    fileExists: () => Promise.all(['README.md', 'none'].map((path) => fileExists({ hubUrl, repo, path }))),
    fileDownloadInfo: async () => {
      const found = await fileDownloadInfo({ hubUrl, repo, path: 'README.md' })
      return found && { size: found.size, etag: found.etag }
    },
    downloadFile: async () => await (await downloadFile({ hubUrl, repo, path: 'README.md' }))?.text(),
    parseSafetensorsMetadata: () => parseSafetensorsMetadata({ hubUrl, repo: { ...repo, name: names.safetensors } }),
    listCommits: () => collect(listCommits({ hubUrl, repo })),
    countCommits: () => countCommits({ hubUrl, repo }),
    listCollections: () => collect(listCollections({ hubUrl, limit: 3 })),
    whoAmI: () => whoAmI({ hubUrl, accessToken: 'hf_acme' }),
    createRepo: () => createRepo({ hubUrl, repo: { ...repo, name: 'acme/made' }, accessToken: 'hf_acme' }),
  }
  const results = new Map<string, string>()
  for (const [name, call] of Object.entries(calls)) {
    const result = await call().catch((error: Error & { statusCode?: number }) => ({
      error: error.name,
      status: error.statusCode,
    }))
    results.set(name, comparable(result ?? null).replaceAll(hubUrl, 'http://hub.example'))
  }
  return results
}

/** Objects by sorted keys, and tags by type in the order of their ids, which the Hub leaves open. */
function comparable(value: unknown): string {
  return JSON.stringify(value, (_, member: unknown) => {
    if (Array.isArray(member) && member.every((one) => typeof one?.label === 'string')) {
      return member.toSorted((a, b) => (a.id < b.id ? -1 : 1))
    }
    if (typeof member !== 'object' || member === null || Array.isArray(member)) return member
    return Object.fromEntries(Object.entries(member).sort(([a], [b]) => (a < b ? -1 : 1)))
  })
}
