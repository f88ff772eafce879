import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createSampleHub, type SampleHub } from '../../../src/sample-hub/sample-hub.ts'
import { openTestCatalog, type TestCatalog } from '../../support/catalog/catalog.ts'
import { startMirror } from '../../support/hub/mirror.ts'
import { environmentOf, hubdex } from '../../support/processes/hubdex.ts'
import { HUGGINGFACE_HUB, pythonPrograms } from '../../support/processes/python.ts'
import { commandResults, type Names, pythonResults, type Results, scriptResults } from './clients.ts'

const PAGE = new URL('../../../docs/mirror.md', import.meta.url)
const BEGIN = '<!-- Table, written by test/server/mirror/compatibility.test.ts -->'

const READ_ONLY = 'The mirror is read-only: 403, with where to write.'
const NO_COMMITS = 'The catalog has no commits: 404, with where to ask.'
const UNEXPANDED = 'The same entries without the last commit and the scan of each file, which the catalog does not have.'
const NO_PEOPLE = 'The catalog has no people: 404, with where to ask.'
const NO_PAPERS = 'The catalog has no papers: 404, with where to ask.'
const NO_ACCOUNTS = 'The mirror has no accounts: 401.'
const NO_OWNERS = 'The catalog has of owners only name and type. Trending collections come by upvotes.'

/** Why calls have other results than on the Hub. */
const REASONS: Readonly<Record<string, string>> = {
  'model_info, unknown revision': 'The same error. It also says that only the latest commit of main is known.',
  'list_repo_tree(expand)': UNEXPANDED,
  'hf models ls ID': UNEXPANDED,
  'list_repo_refs of a dataset': 'Only main: the catalog does not have the commit of the converted files.',
  list_repo_commits: NO_COMMITS,
  listCommits: NO_COMMITS,
  countCommits: NO_COMMITS,
  list_repo_likers: NO_PEOPLE,
  get_repo_discussions: 'The catalog has no discussions: 404, with where to ask.',
  get_user_overview: NO_PEOPLE,
  get_organization_overview: NO_PEOPLE,
  list_papers: NO_PAPERS,
  list_daily_papers: NO_PAPERS,
  search_spaces: "The search by meaning is the Hub's own: 404, with where to ask.",
  list_collections: NO_OWNERS,
  listCollections: NO_OWNERS,
  whoami: NO_ACCOUNTS,
  whoAmI: NO_ACCOUNTS,
  create_repo: READ_ONLY,
  createRepo: READ_ONLY,
  delete_repo: READ_ONLY,
  upload_file: READ_ONLY,
  create_branch: READ_ONLY,
  create_collection: READ_ONLY,
}

const programs = await pythonPrograms('huggingface_hub', [`huggingface_hub==${HUGGINGFACE_HUB}`])

describe.skipIf(programs === undefined)("the Hub's own clients at the mirror of a crawled Hub", () => {
  const STAGES = ['--stages', 'details,parquet', '--stage-requests', '2000']
  let hub: SampleHub
  let catalog: TestCatalog
  let mirror: Awaited<ReturnType<typeof startMirror>>
  let names: Names

  beforeAll(async () => {
    hub = await createSampleHub({ repos: 110, seed: 3, quota: 0 })
    catalog = await openTestCatalog()
    const environment = { HF_ENDPOINT: hub.url, ...environmentOf(catalog) }
    const crawl = async () => {
      const { code, stderr } = await hubdex(['crawl', ...STAGES], environment)
      if (code !== 0) throw new Error(stderr)
    }
    await crawl()
    names = namesOf(hub)
    hub.change.move('model', names.formerName, 'another-owner/renamed')
    await crawl()
    mirror = await startMirror(catalog, hub.url)
  })
  afterAll(async () => {
    await mirror?.close()
    await catalog?.[Symbol.asyncDispose]()
    await hub?.close()
  })

  it('have the results that docs/mirror.md promises (npm run docs regenerates its table)', async () => {
    const sections: [title: string, ofHub: Results, ofMirror: Results][] = []
    const at = async (title: string, call: (url: string) => Promise<Results>) => {
      // The mirror first: writes change the Hub.
      const ofMirror = await call(mirror.url)
      sections.push([title, await call(hub.url), ofMirror])
    }
    await at(`huggingface_hub ${HUGGINGFACE_HUB}`, (url) => pythonResults(programs ?? '', url, names))
    await at('hf', (url) => commandResults(programs ?? '', url, names))
    await at('@huggingface/hub', (url) => scriptResults(url, names))

    const rows: string[] = ['| client | call | at the mirror |', '| --- | --- | --- |']
    for (const [title, ofHub, ofMirror] of sections) {
      for (const [call, result] of ofHub) {
        const reason = REASONS[call]
        // Both texts, so that a difference is seen.
        if (reason === undefined) expect(`${call}: ${ofMirror.get(call)}`).toBe(`${call}: ${result}`)
        else expect(ofMirror.get(call), call).not.toBe(result)
        rows.push(`| ${title} | \`${call}\` | ${reason ?? (isError(result) ? 'the same error' : 'equal')} |`)
      }
    }
    const page = readFileSync(PAGE, 'utf8')
    const written = `${page.slice(0, page.indexOf(BEGIN) + BEGIN.length)}\n\n${rows.join('\n')}\n`
    await expect(written).toMatchFileSnapshot(PAGE.pathname)
  })
})

function isError(result: string): boolean {
  return /^\{"error":/.test(result)
}

/** Repos that have what the calls ask for. */
function namesOf(hub: SampleHub): Names {
  const isOpen = (repo: Record<string, unknown>) => repo['gated'] === false && String(repo['id']).includes('/')
  const [models, datasets, spaces] = [[...hub.repos('model')], [...hub.repos('dataset')], [...hub.repos('space')]]
  const [model, formerly] = models.filter((repo) => isOpen(repo) && Array.isArray(repo['siblings']))
  const parquet = datasets.find((repo) => isOpen(repo) && (repo['tags'] as string[]).includes('format:parquet'))
  const first = (values: unknown) => String((values as string[] | undefined)?.[0])
  return {
    model: String(model?.id),
    sha: String(model?.['sha']),
    author: String(model?.['author']),
    tag: first(model?.['tags']),
    dataset: String(datasets.find(isOpen)?.id),
    datasetTag: first(datasets[0]?.['tags']),
    space: String(spaces.find((repo) => String(repo.id).includes('/'))?.id),
    parquet: String(parquet?.id),
    usedModel: first(spaces.find((repo) => repo['models'] !== undefined)?.['models']),
    usedDataset: first(spaces.find((repo) => repo['datasets'] !== undefined)?.['datasets']),
    gated: String(models.find((repo) => repo['gated'] === 'auto' || repo['gated'] === 'manual')?.id),
    safetensors: String(models.find((repo) => isOpen(repo) && repo['safetensors'] !== undefined)?.id),
    formerName: String(formerly?.id),
  }
}
