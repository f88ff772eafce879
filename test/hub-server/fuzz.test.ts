import fc from 'fast-check'
import { expect, test } from 'vitest'
import { sharedHub } from '../support/hub/sample-hub.ts'

const hub = sharedHub({
  quota: 0,
  payloads: {
    models: [{ id: 'acme/model', siblings: [{ rfilename: 'a/b.txt' }, { rfilename: 'model.safetensors' }] }],
    datasets: [{ id: 'acme/rows', sampleParquet: { configs: { de: { train: 1 } } } }],
    spaces: [{ id: 'acme/app', sdk: 'static' }],
  },
})

const REPOS = ['models/acme/model', 'datasets/acme/rows', 'spaces/acme/app', 'models/acme/none', 'models/acme']
const BELOW = [
  '',
  'tree',
  'commits',
  'refs',
  'treesize',
  'scan',
  'parquet',
  'croissant',
  'likers',
  'discussions',
  'runtime',
  'revision',
]
const OTHERS = [
  'models',
  'datasets',
  'quicksearch',
  'trending',
  'tasks',
  'papers',
  'papers/search',
  'daily_papers',
  'users',
  'organizations',
]
const VIEWER = ['splits', 'size', 'info', 'statistics', 'is-valid']
const NAMES = [
  'limit',
  'cursor',
  'p',
  'expand',
  'recursive',
  'type',
  'status',
  'sort',
  'filter',
  'search',
  'q',
  'date',
  'dataset',
  'config',
  'split',
  'skip',
]

const text = fc.oneof(
  fc.constantFrom(
    'main',
    'refs/convert/parquet',
    'de',
    'train',
    '0.parquet',
    'a',
    '..',
    '-1',
    '1e9',
    'true',
    'acme/rows',
    '%',
    '\u0000',
  ),
  fc.string({ unit: 'binary', maxLength: 12 }),
)
const segments = fc.array(text.map(encodeURIComponent), { maxLength: 3 })
const path = fc.oneof(
  fc
    .tuple(fc.constantFrom(...REPOS), fc.constantFrom(...BELOW), segments)
    .map(([repo, below, rest]) => ['api', repo, below, ...rest]),
  fc.tuple(fc.constantFrom(...OTHERS), segments).map(([route, rest]) => ['api', route, ...rest]),
  fc.tuple(fc.constantFrom(...VIEWER)).map(([route]) => ['viewer', route]),
  fc.tuple(fc.constantFrom('resolve', 'raw'), segments).map(([route, rest]) => ['acme', 'model', route, ...rest]),
)
const query = fc.array(fc.tuple(fc.constantFrom(...NAMES), text), { maxLength: 3 })

test('No path and no parameter makes the Hub fail, and errors are in its form', async () => {
  await fc.assert(
    fc.asyncProperty(path, query, async (parts, parameters) => {
      const url = `${hub.url}/${parts.filter((part) => part !== '').join('/')}?${new URLSearchParams(parameters)}`
      const answer = await fetch(url, { redirect: 'manual' })
      const body = await answer.text()
      expect([url, answer.status < 500]).toEqual([url, true])
      if (answer.status >= 400) expect([url, Object.keys(JSON.parse(body))]).toEqual([url, ['error']])
    }),
    { numRuns: 300 },
  )
})
