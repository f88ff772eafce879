import { describe, expect, test } from 'vitest'
import { createSampleHub } from '../../src/sample-hub/sample-hub.ts'
import { type Item, json } from '../sample-hub/walk.ts'
import { sharedHub } from '../support/hub/sample-hub.ts'
import { PAYLOADS } from './payloads.ts'

const hub = sharedHub({ payloads: PAYLOADS, quota: 0 })

async function list(path: string, headers = {}): Promise<Item[]> {
  const answer = await fetch(hub.url + path, { headers })
  expect(answer.status).toBe(200)
  return json<Item[]>(answer)
}
const ids = async (path: string, headers = {}) => (await list(path, headers)).map((item) => item.id)

describe('the shape of a list item', () => {
  test('has few fields by default', async () => {
    const [item] = await list('/api/models?search=uncased')
    expect(Object.keys(item ?? {})).toEqual(
      '_id id likes private downloads tags pipeline_tag library_name createdAt modelId'.split(' '),
    )
  })

  test('has more with full, and card data and config only on request', async () => {
    const [item] = await list('/api/models?search=uncased&full=true')
    expect(item).toMatchObject({ author: 'google-bert', gated: false, siblings: [{ rfilename: 'config.json' }] })
    expect(item).not.toHaveProperty('cardData')
    const [rich] = await list('/api/models?search=uncased&full=True&cardData=True&config=True')
    expect(rich).toMatchObject({ cardData: { license: 'apache-2.0' }, config: { model_type: 'bert' } })
  })

  test('has exactly the expanded fields that have a value', async () => {
    const [item] = await list('/api/models?search=uncased&expand=gated&expand[]=likes&expand=gguf&expand=model-index')
    expect(Object.keys(item ?? {})).toEqual(['_id', 'id', 'gated', 'likes'])
  })

  test('holds the inference providers as an array', async () => {
    const [item] = await list('/api/models?search=uncased&expand=inferenceProviderMapping')
    expect(item?.['inferenceProviderMapping']).toEqual([
      { provider: 'hf-inference', status: 'live', providerId: 'x', task: 'fill-mask' },
    ])
  })

  test('links a Space with what it uses on request', async () => {
    expect((await list('/api/spaces'))[0]).not.toHaveProperty('models')
    expect((await list('/api/spaces?linked=true'))[0]).toMatchObject({ models: ['acme/big'], datasets: ['acme/rows'] })
  })
})

describe('filters', () => {
  test.each([
    ['/api/models?filter=en&filter=fr', ['acme/big']],
    ['/api/models?filter=fill-mask', ['google-bert/bert-base-uncased']],
    ['/api/models?filter=dummytag', []],
    ['/api/models?pipeline_tag=text-generation', ['acme/big']],
    ['/api/models?library=transformers', ['acme/big', 'google-bert/bert-base-uncased']],
    ['/api/models?author=acme', ['acme/big', 'acme/bare']],
    ['/api/models?search=BERT&search=base', ['google-bert/bert-base-uncased']],
    ['/api/models?gated=true', ['acme/big']],
    ['/api/models?gated=False&author=acme', ['acme/bare']],
    ['/api/models?num_parameters=min:1B,max:128B', ['acme/big']],
    ['/api/models?num_parameters=max:1B', ['google-bert/bert-base-uncased']],
    ['/api/models?inference_provider=nobody,hf-inference', ['google-bert/bert-base-uncased']],
    ['/api/models?apps=vllm', ['acme/bare', 'acme/big', 'google-bert/bert-base-uncased']],
    ['/api/models?apps=mlx-lm,ollama', ['acme/bare']],
    ['/api/models?apps=mlx-lm&apps=tgi', []],
    ['/api/models?apps=constructor', []],
    ['/api/models?skip=2&sort=createdAt&direction=1', ['acme/bare']],
    ['/api/datasets?skip=1', ['acme/rows', 'acme/more']],
    ['/api/models?offset=3&unheard=of&author=acme', ['acme/big', 'acme/bare']],
    ['/api/spaces?models=acme/big&datasets=acme/rows', ['acme/app']],
    ['/api/spaces?models=acme/other', []],
    ['/api/spaces?gated=true&pipeline_tag=none&num_parameters=lots', ['acme/app']],
    ['/api/datasets?models=acme/other&library=none&apps=none', ['acme/rows', 'acme/more']],
  ])('%s finds %j', async (path, expected) => {
    expect((await ids(path)).sort()).toEqual([...expected].sort())
  })

  test('show private repos only with a token', async () => {
    expect(await ids('/api/models')).not.toContain('acme/secret')
    expect(await ids('/api/models', { authorization: 'Bearer hf_acme' })).toContain('acme/secret')
  })
})

describe('the order', () => {
  test('is by trending score without a sort, repos without a score last', async () => {
    expect((await ids('/api/models'))[0]).toBe('acme/big')
  })

  test('breaks ties by _id', async () => {
    expect(await ids('/api/models?sort=downloads')).toEqual(['google-bert/bert-base-uncased', 'acme/big', 'acme/bare'])
  })

  test.each([
    ['/api/models?sort=id', ['google-bert/bert-base-uncased', 'acme/big', 'acme/bare']],
    ['/api/models?sort=likes30d', ['acme/big', 'google-bert/bert-base-uncased', 'acme/bare']],
    ['/api/models?sort=mainSize', ['acme/bare', 'google-bert/bert-base-uncased', 'acme/big']],
    ['/api/models?sort=num_parameters', ['acme/big', 'google-bert/bert-base-uncased', 'acme/bare']],
    ['/api/datasets?sort=datasetsServerInfo.numRows', ['acme/more', 'acme/rows']],
    ['/api/datasets?sort=mainSize', ['acme/rows', 'acme/more']],
    ['/api/spaces?sort=id', ['acme/app']],
  ])('of %s is %j', async (path, expected) => {
    expect(await ids(path)).toEqual(expected)
  })

  test('is ascending for createdAt only', async () => {
    expect((await ids('/api/models?sort=createdAt&direction=1'))[0]).toBe('google-bert/bert-base-uncased')
    expect((await ids('/api/models?sort=createdAt&direction=-1'))[0]).toBe('acme/bare')
    expect((await ids('/api/models?sort=likes&direction=1'))[0]).toBe('google-bert/bert-base-uncased')
  })

  test('can be that of a server that only descends', async () => {
    const other = await createSampleHub({ payloads: PAYLOADS, ascendingCreatedAt: false })
    const answer = await fetch(`${other.url}/api/models?sort=createdAt&direction=1`)
    expect((await json<Item[]>(answer))[0]?.id).toBe('acme/bare')
    await other.close()
  })
})

describe('the next page', () => {
  test.each(['sort=id', 'sort=likes30d', 'skip=1', 'apps=vllm,ollama'])('follows with %s', async (query) => {
    const whole = await ids(`/api/models?${query}`)
    const paged: string[] = []
    for (let url: string | undefined = `${hub.url}/api/models?${query}&limit=1`; url !== undefined; ) {
      const answer: Response = await fetch(url)
      paged.push(...(await json<Item[]>(answer)).map((item) => item.id))
      url = /^<(.+)>; rel="next"$/.exec(answer.headers.get('link') ?? '')?.[1]
    }
    expect(paged).toEqual(whole)
    expect(whole.length).toBeGreaterThan(1)
  })

  test('is an absolute link that repeats every parameter', async () => {
    const answer = await fetch(`${hub.url}/api/models?limit=1&filter=en&filter=region:us&sort=downloads`)
    const [, url = '', relation] = /^<(.+)>; rel="(\w+)"$/.exec(answer.headers.get('link') ?? '') ?? []
    expect(relation).toBe('next')
    expect(url.startsWith(`${hub.url}/api/models?`)).toBe(true)
    const parameters = new URL(url).searchParams
    expect(parameters.getAll('filter')).toEqual(['en', 'region:us'])
    expect(parameters.get('limit')).toBe('1')
    const next = await fetch(url)
    expect((await json<Item[]>(next)).map((item) => item.id)).toEqual(['acme/big'])
    expect(next.headers.has('link')).toBe(false)
  })
})

describe('a listing refuses', () => {
  test.each([
    ['/api/models?expand=author&expand=cardData.license', /^"expand" must be one of \[author, baseModels, .*xetEnabled\]$/],
    ['/api/models?sort=trending', /^"sort" must be one of \[trendingScore, /],
    ['/api/spaces?sort=downloads', /^"sort" must be one of/],
    ['/api/models?limit=none', /"limit"/],
    ['/api/models?skip=-1', /"skip"/],
    ['/api/datasets?sort=num_parameters', /^"sort" must be one of/],
    ['/api/models?cursor=abc', /cursor/],
    ['/api/models?num_parameters=lots', /num_parameters/],
    ['/api/models?num_parameters=MIN:1B', /num_parameters/],
  ])('%s', async (path, message) => {
    const answer = await fetch(hub.url + path)
    expect(answer.status).toBe(400)
    expect((await json(answer))['error']).toMatch(message)
  })

  test('a field that only details expand, when configured so', async () => {
    const other = await createSampleHub({ payloads: PAYLOADS, expandRefusedOnLists: ['usedStorage'] })
    const answer = await fetch(`${other.url}/api/models?expand=usedStorage`)
    expect(answer.status).toBe(400)
    expect((await json(answer))['error']).not.toMatch('usedStorage')
    expect((await fetch(`${other.url}/api/models/acme/big?expand=usedStorage`)).status).toBe(200)
    await other.close()
  })
})
