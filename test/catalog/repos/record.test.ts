import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readRepo, rowOf } from '../../../src/catalog/repos/record.ts'
import type { RepoKind } from '../../../src/hub/kinds.ts'

function read(kind: RepoKind, item: unknown) {
  const record = readRepo(kind, item)
  if ('reason' in record) throw new Error(`Rejected: ${record.reason}`)
  return { ...record, ...record.columns() }
}

const model = {
  _id: '621ffdc036468d709f174338',
  id: 'google-bert/bert-base-uncased',
  author: 'google-bert',
  gated: false,
  private: false,
  disabled: false,
  sha: '86b5e0934494bd15c9632b12f734a8a67f723594',
  createdAt: '2022-03-02T23:29:04.000Z',
  lastModified: '2024-02-19T11:06:12.000Z',
  downloads: 45929312,
  downloadsAllTime: 2_000_000_000_000,
  likes: 1469,
  trendingScore: 7,
  tags: ['transformers', 'en', 'license:apache-2.0', 'dataset:wikipedia'],
  pipeline_tag: 'fill-mask',
  library_name: 'transformers',
  safetensors: { parameters: { F32: 110106428 }, total: 110106428 },
  cardData: { language: 'en', license: 'apache-2.0' },
  siblings: [{ rfilename: 'config.json' }],
}

describe('reading a repo from a listing', () => {
  it('puts every known field into its column and the others into the payload', () => {
    const record = read('model', model)
    expect(record).toMatchObject({
      hub_id: '621ffdc036468d709f174338',
      id: 'google-bert/bert-base-uncased',
      author: 'google-bert',
      gated: 'false',
      license: 'apache-2.0',
      languages: ['en'],
      pipeline_tag: 'fill-mask',
      parameters: 110106428,
      downloads: 45929312,
      downloads_all_time: 2_000_000_000_000,
      likes: 1469,
      trending_score: 7,
      created_at: '2022-03-02T23:29:04.000Z',
      private: false,
      disabled: false,
    })
    expect(JSON.parse(record.payload)).toEqual({ safetensors: model.safetensors, siblings: model.siblings })
    expect(JSON.parse(record.card ?? '')).toEqual(model.cardData)
  })

  it('distinguishes missing values from false ones', () => {
    expect(read('model', { id: 'a/b' })).toMatchObject({ private: null, disabled: null })
  })

  it('stores a field of any name, and detects its changes', () => {
    const named = (value: string) => read('model', JSON.parse(`{"id":"a/b","__proto__":{"x":"${value}"},"10":1}`))
    expect(named('y').payload).toContain('"__proto__":{"x":"y"}')
    expect(named('y').content_hash).not.toBe(named('z').content_hash)
  })

  it('has a hash that ignores counters and the order of keys, and nothing else', () => {
    const hash = read('model', model).content_hash
    expect(read('model', { ...model, downloads: 1, likes: 2, trendingScore: 3 }).content_hash).toBe(hash)
    expect(read('model', Object.fromEntries(Object.entries(model).reverse())).content_hash).toBe(hash)
    expect(read('model', { ...model, sha: 'other' }).content_hash).not.toBe(hash)
    expect(read('model', { ...model, siblings: [] }).content_hash).not.toBe(hash)
  })

  it('derives a stable id for a payload without _id, which differs between kinds', () => {
    const { _id, ...old } = model
    expect(read('model', old).hub_id).toMatch(/^[0-9a-f]{24}$/)
    expect(read('model', { ...old, likes: 0 }).hub_id).toBe(read('model', old).hub_id)
    expect(read('dataset', old).hub_id).not.toBe(read('model', old).hub_id)
  })

  it('accepts an _id that is not a Mongo id, without collisions between kinds', () => {
    const first = read('model', { ...model, _id: 7 })
    expect(first.hub_id).toBe(read('model', { ...model, _id: 7, id: 'renamed/repo' }).hub_id)
    expect(first.hub_id).not.toBe(read('space', { ...model, _id: 7 }).hub_id)
  })

  it('leaves the column of a field of a wrong type empty, and the field in the payload', () => {
    const wrong = {
      id: 'a/b',
      author: 5,
      tags: { not: 'a list' },
      cardData: ['not', 'an', 'object'],
      downloads: '12',
      likes: {},
      createdAt: 1234,
      lastModified: 'yesterday',
      private: 'no',
      gated: 7,
      sha: null,
      safetensors: [],
      baseModels: 3,
      pipeline_tag: ['x'],
    }
    const record = read('model', wrong)
    expect(record).toMatchObject({ author: 'a', tags: [], card: null, downloads: null, likes: null, created_at: null })
    expect(record).toMatchObject({ last_modified: null, private: null, gated: null, pipeline_tag: null })
    const { id, sha, ...kept } = wrong
    expect(JSON.parse(record.payload)).toEqual(kept)
  })

  it('stores tags as the Hub sends them, and card data without blanks around it or repeated values', () => {
    expect(read('model', { id: 'a/b', tags: ['x', 'y', 'x', 1, '1'] }).tags).toEqual(['x', 'y', 'x', '1', '1'])
    const cardData = { license: 'mit\n', language: [' en', 'en '], base_model: ['c/d', 'c/d '] }
    expect(read('model', { id: 'a/b', cardData })).toMatchObject({ license: 'mit', languages: ['en'], base_models: ['c/d'] })
  })

  it('reads blank text as missing, except for a description', () => {
    const blank = { id: 'a/b', author: '', pipeline_tag: ' ', library_name: '', sha: '', description: '' }
    const cardData = { pipeline_tag: 'text-to-image', short_description: 'Draws.' }
    expect(read('model', { ...blank, cardData })).toMatchObject({
      author: 'a',
      pipeline_tag: 'text-to-image',
      library_name: null,
      sha: null,
      description: '',
    })
    expect(read('space', { id: 'a/b', sdk: '' }).sdk).toBeNull()
    expect(read('model', { id: '', modelId: 'a/b' }).id).toBe('a/b')
  })

  it.each([true, 1, 'true'])('reads %j as true and its opposite as false', (yes) => {
    const no = yes === true ? false : yes === 1 ? 0 : 'false'
    expect(read('model', { id: 'a/b', private: yes, gated: yes, disabled: no })).toMatchObject({
      private: true,
      gated: 'auto',
      disabled: false,
    })
    expect(read('model', { id: 'a/b', private: no, gated: no })).toMatchObject({ private: false, gated: 'false' })
  })

  it.each([[null], ['text'], [[]], [7], [{}], [{ id: '' }], [{ id: ' ' }], [{ id: 5 }], [{ id: 'x'.repeat(1_001) }]])(
    'rejects %j, which is not a repo, with a reason',
    (item) => {
      expect(readRepo('model', item)).toEqual({ reason: expect.stringContaining('expected') })
    },
  )

  it('keeps strange ids: spaces, slashes, 300 characters, no namespace', () => {
    for (const id of ['a b/c d', 'a/b/c', 'x'.repeat(300), 'gpt2', 'автор/модель', 'مؤلف/نموذج', '🤗/🤗']) {
      expect(read('model', { id }).id).toBe(id)
    }
    expect(read('model', { id: 'gpt2' }).author).toBeNull()
  })

  it('replaces NUL and lone surrogates, which Postgres cannot store, anywhere', () => {
    const record = read('model', {
      id: 'a/nul\0',
      tags: ['lone \ud800 surrogate'],
      cardData: { 'ke\0y': ['deep', { text: 'x\0y' }] },
      other: '\udfff',
    })
    expect(record.id).toBe('a/nul\uFFFD')
    expect(record.tags).toEqual(['lone \uFFFD surrogate'])
    expect(JSON.parse(record.card ?? '')).toEqual({ 'ke\uFFFDy': ['deep', { text: 'x\uFFFDy' }] })
    expect(JSON.parse(record.payload)).toEqual({ other: '\uFFFD' })
  })

  it('keeps text that merely looks like an escape of such a character', () => {
    expect(read('model', { id: 'a/b', description: 'a \\ud800 and a \\u0000' }).description).toBe('a \\ud800 and a \\u0000')
  })

  it.each([
    ['2024-02-29T10:57:33.000Z', '2024-02-29T10:57:33.000Z'],
    ['2024-02-12T10:57:33Z', '2024-02-12T10:57:33.000Z'],
    ['2024-12-31T23:59:59.123456Z', '2024-12-31T23:59:59.123Z'],
    ['2024-13-01T00:00:00.000Z', null],
    ['2024-01-32T00:00:00.000Z', null],
    ['0000-01-01T00:00:00.000Z', null],
    ['+275760-09-13T00:00:00.000Z', null],
    ['yesterday', null],
    ['2024-02-12', '2024-02-12T00:00:00.000Z'],
    ['2024-02-12T10:57:33', '2024-02-12T10:57:33.000Z'],
    ['2024-02-12 10:57:33.123456', '2024-02-12T10:57:33.123Z'],
    ['2024-02-12T10:57:33+05:30', '2024-02-12T05:27:33.000Z'],
    ['2024-02-12T10:57:33-0800', '2024-02-12T18:57:33.000Z'],
    ['2024-02-30T00:00:00.000Z', null],
    ['2023-02-29', null],
    ['2024-04-31T10:00:00', null],
    ['2024-01-01T25:00:00Z', null],
    ['2024-01-01T10:60:00Z', null],
    ['9999-12-31T23:59:59-05:00', null],
    ['0001-01-01T00:00:00+05:00', null],
  ])('reads the instant %s as %s', (given, expected) => {
    expect(read('model', { id: 'a/b', createdAt: given }).created_at).toBe(expected)
  })

  it('truncates a long text without leaving half a character', () => {
    const cut = read('space', { id: 'a/b', cardData: { short_description: `${'x'.repeat(19_999)}🤗` } })
    expect(cut.description).toBe(`${'x'.repeat(19_999)}\uFFFD`)
  })

  it('omits and lists fields that are too large or nested too deeply to be stored', () => {
    const deep = JSON.parse(`${'['.repeat(500)}1${']'.repeat(500)}`)
    const record = read('model', { id: 'a/b', config: { small: true }, deep, huge: 'x'.repeat(5_000_000) })
    expect(JSON.parse(record.payload)).toEqual({ config: { small: true }, hubdexOmitted: ['deep', 'huge'] })
  })

  it.each([300, 7_000, 100_000])('omits and lists only the field of a card that is nested %i levels deep', (levels) => {
    const deep = JSON.parse(`${'{"x":['.repeat(levels / 2)}1${']}'.repeat(levels / 2)}`)
    const cardData = { license: 'mit', deep, hubdexOmitted: ['earlier'] }
    const record = read('model', { ...model, cardData, config: { deep } })
    expect(record).toMatchObject({ license: 'apache-2.0', languages: ['en'], likes: 1469 })
    expect(JSON.parse(record.card ?? '')).toEqual({ license: 'mit', hubdexOmitted: ['earlier', 'deep'] })
    expect(JSON.parse(record.payload)).toMatchObject({ config: { hubdexOmitted: ['deep'] } })
    expect(read('model', { ...model, cardData, config: { deep } }).content_hash).toBe(record.content_hash)
  })

  it('keeps text full of brackets, which is not nested', () => {
    const text = '[{'.repeat(10_000)
    expect(JSON.parse(read('model', { id: 'a/b', config: { text } }).payload)).toEqual({ config: { text } })
  })

  it('skips only invalid members of a list, and stores the original list in the payload', () => {
    const tags = ['license:mit', 'en', 2024, true, null, {}, ['x'], '', ' ', 'x'.repeat(1_001), 'ok']
    const record = read('model', { id: 'a/b', tags })
    expect(record).toMatchObject({
      tags: ['license:mit', 'en', '2024', 'true', 'ok'],
      license: 'mit',
      languages: ['en'],
    })
    expect(JSON.parse(record.payload)).toEqual({ tags })
    expect(read('model', { id: 'a/b', tags: 'license:mit' })).toMatchObject({ tags: ['license:mit'], license: 'mit' })
    const space = { id: 'a/b', models: ['x/y', null, 'x/z'], datasets: [[], 'd/e'] }
    expect(read('space', space)).toMatchObject({ linked_models: ['x/y', 'x/z'], linked_datasets: ['d/e'] })
  })

  it('skips only invalid parents', () => {
    const baseModels = [null, { relation: 7, models: [{ id: 'a/one' }, null, 'a/two', { id: 3 }] }, { models: 'a/three' }]
    expect(read('model', { id: 'a/b', baseModels })).toMatchObject({
      base_models: ['a/one', 'a/two', 'a/three'],
      base_relations: ['unknown', 'unknown', 'unknown'],
    })
  })

  it('reads any JSON that has an id into a row', () => {
    const names = 'tags cardData baseModels models datasets license runtime safetensors gated siblings createdAt'.split(' ')
    const odd = fc.oneof(
      fc.jsonValue({ maxDepth: 4 }),
      fc.constantFrom(2 ** 70, -5, 1e308, '\0', '\ud800', '2024-02-30', [null, 'x', 7]),
    )
    const fields = fc.dictionary(fc.oneof(fc.constantFrom(...names), fc.string()), odd)
    fc.assert(
      fc.property(fc.constantFrom('model', 'dataset', 'space'), fields, (kind, item) => {
        const record = readRepo(kind, { ...item, id: 'a/b' })
        if ('reason' in record) throw new Error(record.reason)
        expect(JSON.parse(rowOf(record))).toMatchObject({ kind, id: 'a/b' })
      }),
    )
  })

  it('reads from the card what older payloads and mirrors have only there', () => {
    const cardData = {
      license: ['mit', 'apache-2.0'],
      base_model: ['org/base', 4, 'org/other'],
      base_model_relation: 'quantized',
      pipeline_tag: 'text-generation',
      library_name: 'gguf',
      tags: ['base', 2024],
    }
    expect(read('model', { id: 'a/b', tags: [], cardData })).toMatchObject({
      license: 'mit',
      tags: ['base', '2024'],
      base_models: ['org/base', 'org/other'],
      base_relations: ['quantized', 'quantized'],
      pipeline_tag: 'text-generation',
      library_name: 'gguf',
    })
    const base = { base_model: 'org/base', base_model_relation: 'cousin' }
    expect(read('model', { id: 'a/b', cardData: base })).toMatchObject({
      base_models: ['org/base'],
      base_relations: ['unknown'],
    })
    expect(read('model', { id: 'a/b', tags: ['base_model:org/tagged'], cardData: base }).base_models).toEqual(['org/tagged'])
    expect(read('space', { id: 'a/b', cardData: { sdk: 'gradio', models: ['x/y'], datasets: 'd/e' } })).toMatchObject({
      sdk: 'gradio',
      linked_models: ['x/y'],
      linked_datasets: ['d/e'],
    })
  })

  it('reads a license and a language from card data with one or a list', () => {
    expect(read('dataset', { id: 'a/b', cardData: { license: ['mit', 'x'], language: ['de', 4, 'fr'] } })).toMatchObject({
      license: 'mit',
      languages: ['de', 'fr'],
    })
    expect(
      read('dataset', { id: 'a/b', tags: ['license:cc-by-4.0', 'language:nl'], cardData: { license: 'mit' } }),
    ).toMatchObject({
      license: 'cc-by-4.0',
      languages: ['nl'],
    })
  })

  it('takes only bare two-letter codes of models as languages', () => {
    const tags = ['en', 'tf', 'multilingual', 'gpt', 'zh', 'bert']
    expect(read('model', { id: 'a/b', tags }).languages).toEqual(['en', 'multilingual', 'zh'])
    expect(read('space', { id: 'a/b', tags }).languages).toEqual([])
  })

  it('reads parents and relations from baseModels, else from the tags', () => {
    const tags = ['base_model:org/base', 'base_model:quantized:org/base', 'base_model:other/one']
    expect(read('model', { id: 'a/b', tags })).toMatchObject({
      base_models: ['org/base', 'other/one'],
      base_relations: ['quantized', 'unknown'],
    })
    const baseModels = { relation: 'finetune', models: [{ _id: '1', id: 'org/base' }] }
    expect(read('model', { id: 'a/b', tags, baseModels })).toMatchObject({
      base_models: ['org/base'],
      base_relations: ['finetune'],
    })
  })

  it('reads the fields that only datasets or only Spaces have', () => {
    const tags = ['task_categories:translation', 'size_categories:n<1K', 'modality:text', 'format:json']
    expect(read('dataset', { id: 'a/b', tags, mainSize: 12, description: 'About' })).toMatchObject({
      task_categories: ['translation'],
      size_category: 'n<1K',
      modalities: ['text'],
      formats: ['json'],
      bytes: 12,
      description: 'About',
    })
    const space = {
      id: 'a/b',
      sdk: 'gradio',
      runtime: { stage: 'RUNNING' },
      models: ['x/y'],
      cardData: { short_description: 'Hi' },
    }
    expect(read('space', space)).toMatchObject({
      sdk: 'gradio',
      stage: 'RUNNING',
      linked_models: ['x/y'],
      description: 'Hi',
    })
  })

  it('accepts a parameter count beyond exact JavaScript integers', () => {
    expect(read('model', { id: 'a/b', safetensors: { total: 19_980_000_000_000_000 } }).parameters).toBe(19_980_000_000_000_000)
    expect(read('model', { id: 'a/b', safetensors: { total: 1e300 } }).parameters).toBeNull()
    expect(read('model', { id: 'a/b', gguf: { total: 7 } }).parameters).toBe(7)
  })
})
