import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { readRepo } from '../../../src/catalog/repos/record.ts'
import { pluralOf, type RepoKind } from '../../../src/hub/kinds.ts'
import { sharedData, sharedSamples } from '../../support/shared-data.ts'

const OF_ALL =
  'id modelId author sha createdAt lastModified private gated disabled description tags cardData ' +
  'downloads downloadsAllTime likes trendingScore'
const KNOWN: Readonly<Record<RepoKind, ReadonlySet<string>>> = {
  model: new Set(`${OF_ALL} _id pipeline_tag library_name`.split(' ')),
  dataset: new Set(`${OF_ALL} _id mainSize`.split(' ')),
  space: new Set(`${OF_ALL} _id sdk models datasets`.split(' ')),
}

/** What the payload has of an item whose fields all have the expected type. */
function leftOf(kind: RepoKind, item: object): object {
  return Object.fromEntries(Object.entries(item).filter(([name, value]) => value !== null && !KNOWN[kind].has(name)))
}

function payloadOf(kind: RepoKind, item: unknown): unknown {
  const record = readRepo(kind, item)
  if ('reason' in record) throw new Error(record.reason)
  return JSON.parse(record.columns().payload)
}

describe('the payload of a repo', () => {
  const folder = sharedData()
  it.skipIf(folder === undefined).each(['model', 'dataset', 'space'] as const)(
    'has the fields of a real %s without a column, and no others',
    (kind) => {
      const text = gunzipSync(readFileSync(join(folder ?? '', `${pluralOf[kind]}.jsonl.gz`))).toString()
      const items = text.split('\n').filter((line, index) => line !== '' && index % 20 === 0)
      for (const item of items.map((line) => JSON.parse(line))) {
        expect(payloadOf(kind, item)).toEqual(leftOf(kind, item))
      }
    },
  )

  const samples = sharedSamples()
  it.skipIf(samples === undefined)('has the fields of real answers without a column', () => {
    for (const name of ['model_info.bert-base-uncased', 'model_info.deepset-roberta', 'model_list_item.waynehills']) {
      const item = JSON.parse(readFileSync(join(samples ?? '', `${name}.json`), 'utf8'))
      expect(payloadOf('model', item)).toEqual(leftOf('model', item))
    }
  })

  it('has fields that are columns of another kind', () => {
    const item = { id: 'a/b', pipeline_tag: 'x', mainSize: 1, sdk: 'gradio', models: ['c/d'] }
    expect(payloadOf('model', item)).toEqual({ mainSize: 1, sdk: 'gradio', models: ['c/d'] })
    expect(payloadOf('dataset', item)).toEqual({ pipeline_tag: 'x', sdk: 'gradio', models: ['c/d'] })
    expect(payloadOf('space', item)).toEqual({ pipeline_tag: 'x', mainSize: 1 })
  })

  it.each([
    ['a modelId that differs from the id', { modelId: 'c/d' }],
    ['an _id that does not have the form of the Hub', { _id: 'x' }],
    ['a list with a member that is not a text', { tags: [null] }],
    ['an invalid instant', { createdAt: '2024-02-30' }],
    ['a text that is too long', { author: 'x'.repeat(1_001) }],
    ['a counter that is not a number', { likes: '12' }],
    ['an unknown value of gated', { gated: 'maybe' }],
  ])('holds what no column can: %s', (_, fields) => {
    expect(payloadOf('model', { id: 'a/b', ...fields })).toEqual(fields)
  })
})
