import { createReadStream } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { createGunzip } from 'node:zlib'
import { type KindPlural, pluralOf, REPO_KINDS } from '../../../src/hub/kinds.ts'
import { generateShelves } from '../../../src/sample-hub/generator/generate-shelves.ts'
import { sharedData } from '../../support/shared-data.ts'
import { HOSTILE } from './hostile-repos.ts'

type Payloads = Record<KindPlural, object[]>

/** What the tests look for, beside hundreds of other repos: a family with a license change, a dataset, and a Space. */
const KNOWN: Payloads = {
  models: [
    known('models', 1, {
      id: 'acme/base-model',
      downloads: 5_000_000_000,
      likes: 7_700_000,
      pipeline_tag: 'text-generation',
      library_name: 'transformers',
      tags: ['transformers', 'license:apache-2.0', 'text-generation', 'en'],
      cardData: { license: 'apache-2.0', language: ['en'] },
      safetensors: { parameters: { BF16: 7_000_000_000 }, total: 7_000_000_000 },
      sampleReadme: { text: '---\nlicense: apache-2.0\n---\n# A base\n\nIt is the base of **others**. [Docs](docs/use.md)\n' },
      siblings: [{ rfilename: 'README.md' }, { rfilename: 'weights/model.safetensors' }, { rfilename: 'config.json' }],
    }),
    known('models', 2, {
      id: 'acme/tuned-model',
      downloads: 4_000_000_000,
      likes: 1_200_000,
      pipeline_tag: 'text-generation',
      library_name: 'transformers',
      tags: ['transformers', 'license:mit', 'base_model:acme/base-model', 'base_model:finetune:acme/base-model'],
      cardData: { license: 'mit', base_model: 'acme/base-model' },
    }),
  ],
  datasets: [
    known('datasets', 3, {
      id: 'acme/known-questions',
      downloads: 4_000_000_000,
      likes: 5_000_000,
      description: 'Questions and their answers.',
      tags: ['task_categories:question-answering', 'license:cc-by-4.0'],
      cardData: { license: 'cc-by-4.0', task_categories: ['question-answering'] },
      sampleParquet: { configs: { default: { train: 1 } } },
    }),
  ],
  spaces: [
    known('spaces', 4, {
      id: 'acme/known-demo',
      likes: 9_000_000,
      sdk: 'gradio',
      models: ['acme/base-model'],
      datasets: ['acme/known-questions'],
      tags: ['gradio'],
    }),
  ],
}

/** Repos of the real Hub where they are available, else generated ones; with known and hostile ones. */
export async function testRepos(perKind = 60): Promise<Payloads> {
  const folder = sharedData()
  const others = folder === undefined ? generatedRepos(perKind) : await realRepos(folder, perKind)
  const all = (kind: KindPlural) => [...others[kind], ...KNOWN[kind], ...(HOSTILE[kind] ?? [])]
  return { models: all('models'), datasets: all('datasets'), spaces: all('spaces') }
}

function known(kind: KindPlural, number: number, fields: object): object {
  const createdAt = '2025-03-04T05:06:07.000Z'
  return {
    _id: `6500000000000000000000${kind.length.toString(16).padStart(1, '0')}${number}`,
    createdAt,
    lastModified: createdAt,
    private: false,
    ...fields,
  }
}

function generatedRepos(perKind: number): Payloads {
  const shelves = generateShelves(5 * perKind, 7)
  const fields = {
    names: new Set([
      'tags',
      'downloads',
      'likes',
      'cardData',
      'createdAt',
      'lastModified',
      'pipeline_tag',
      'description',
      'sdk',
    ]),
    blobs: false,
  }
  const of = (kind: (typeof REPO_KINDS)[number]) =>
    Array.from({ length: Math.min(perKind, shelves[kind].size) }, (_, index) => shelves[kind].repoAt(index, fields))
  return { models: of('model'), datasets: of('dataset'), spaces: of('space') }
}

async function realRepos(folder: string, perKind: number): Promise<Payloads> {
  const [models = [], datasets = [], spaces = []] = await Promise.all(
    REPO_KINDS.map((kind) => firstLines(join(folder, `${pluralOf[kind]}.jsonl.gz`), perKind)),
  )
  return { models, datasets, spaces }
}

async function firstLines(path: string, count: number): Promise<object[]> {
  const file = createReadStream(path)
  const lines: object[] = []
  for await (const line of createInterface({ input: file.pipe(createGunzip()) })) {
    lines.push(JSON.parse(line))
    if (lines.length === count) break
  }
  file.destroy()
  return lines
}
