import { describe, expect, it } from 'vitest'
import { searchRows } from '../../../src/catalog/outbox/outbox.ts'
import { documentOf } from '../../../src/search/indexing/to-document.ts'
import { sharedCatalog } from '../../support/catalog/catalog.ts'
import { catalogTargets } from '../../support/catalog/embedded.ts'
import { addRepos, storeOf } from '../stages/stage-catalog.ts'

describe.each(catalogTargets)('columns of the views ($engine)', ({ create }) => {
  const catalog = sharedCatalog(create)

  it('have every license and size category, from the tags or else from the card', async () => {
    await addRepos(catalog, 'dataset', [
      { number: 1, tags: ['license:mit', 'size_categories:1K<n<10K', 'license:cc-by-4.0', 'size_categories:10K<n<100K'] },
      { number: 2, cardData: { license: ['gpl-3.0', 7, ' ', 'mit'], size_categories: ['n<1K', null, '1K<n<10K'] } },
      { number: 3, cardData: { license: 'mit', size_categories: 'n<1K' } },
      { number: 4, cardData: { license: {}, size_categories: 5 } },
    ])
    expect(
      await catalog.rows('select license, licenses, size_category, size_categories from datasets order by hub_id'),
    ).toEqual([
      {
        license: 'mit',
        licenses: ['mit', 'cc-by-4.0'],
        size_category: '1K<n<10K',
        size_categories: ['1K<n<10K', '10K<n<100K'],
      },
      { license: 'gpl-3.0', licenses: ['gpl-3.0', 'mit'], size_category: 'n<1K', size_categories: ['n<1K', '1K<n<10K'] },
      { license: 'mit', licenses: ['mit'], size_category: 'n<1K', size_categories: ['n<1K'] },
      { license: null, licenses: [], size_category: null, size_categories: [] },
    ])
    const ids = await catalog.rows('select hub_id from datasets order by hub_id')
    const rows = await searchRows(
      catalog.db,
      ids.map(({ hub_id }) => String(hub_id)),
    )
    const documents = rows.map((row) => documentOf(row)).toSorted((a, b) => (a.hubId < b.hubId ? -1 : 1))
    expect(documents.map(({ license, sizeCategory }) => [license, sizeCategory])).toEqual([
      [
        ['mit', 'cc-by-4.0'],
        ['1K<n<10K', '10K<n<100K'],
      ],
      [
        ['gpl-3.0', 'mit'],
        ['n<1K', '1K<n<10K'],
      ],
      [['mit'], ['n<1K']],
      [[], []],
    ])
  })

  it('have what a model says about its files, providers, results and children', async () => {
    await addRepos(catalog, 'model', [
      {
        number: 1,
        safetensors: { parameters: { BF16: 7, F32: 1 }, total: 8 },
        config: { model_type: 'llama', architectures: ['LlamaForCausalLM', 3] },
        gguf: { architecture: 'llama', context_length: 131_072, total: 8 },
        inferenceProviderMapping: [
          { provider: 'one', status: 'live' },
          { provider: 'two', status: 'staging' },
          { provider: 'three' },
        ],
        evalResults: [{ dataset: { id: 'a/b', task_id: 'c' }, value: 0.5 }],
        childrenModelCount: { adapter: 3, quantized: 2 },
      },
      { number: 2, inferenceProviderMapping: { one: { status: 'live' }, two: { status: 'error' } } },
    ])
    const columns = `parameters_by_dtype, model_type, architectures, gguf_architecture, context_length::int, inference_providers,
      eval_results, children`
    expect(await catalog.rows(`select ${columns} from models order by hub_id`)).toEqual([
      {
        parameters_by_dtype: { BF16: 7, F32: 1 },
        model_type: 'llama',
        architectures: ['LlamaForCausalLM'],
        gguf_architecture: 'llama',
        context_length: 131_072,
        inference_providers: ['one', 'three'],
        eval_results: [{ dataset: { id: 'a/b', task_id: 'c' }, value: 0.5 }],
        children: { adapter: 3, quantized: 2 },
      },
      {
        parameters_by_dtype: null,
        model_type: null,
        architectures: [],
        gguf_architecture: null,
        context_length: null,
        inference_providers: ['one'],
        eval_results: null,
        children: null,
      },
    ])
  })

  it.each([
    'text',
    7,
    true,
    null,
    [],
    [[]],
    { parameters: 'x', architecture: {}, context_length: 1e300, provider: 3, hardware: 'cpu' },
  ])('are empty for a value of another type: %j', async (odd) => {
    await addRepos(catalog, 'model', [
      { number: 1, safetensors: odd, config: odd, gguf: odd, inferenceProviderMapping: [odd], childrenModelCount: [odd] },
      { number: 2, inferenceProviderMapping: odd, config: { architectures: odd, model_type: [odd] } },
    ])
    await addRepos(catalog, 'space', [{ number: 3, runtime: odd }])
    const rows = await catalog.rows(`
      select parameters_by_dtype, model_type, gguf_architecture, context_length, children, inference_providers = '{}' as unserved
      from models order by hub_id`)
    const empty = { parameters_by_dtype: null, model_type: null, gguf_architecture: null, context_length: null, children: null }
    expect(rows).toMatchObject([{ ...empty, unserved: true }, empty])
    expect(await catalog.rows('select hardware, requested_hardware from spaces')).toEqual([
      { hardware: null, requested_hardware: null },
    ])
  })

  it('have the hardware of a Space, and the citation of a dataset', async () => {
    await addRepos(catalog, 'space', [{ number: 1, runtime: { hardware: { current: null, requested: 't4-small' } } }])
    await addRepos(catalog, 'dataset', [{ number: 2, citation: '@misc{a}' }])
    expect(await catalog.rows('select hardware, requested_hardware from spaces')).toEqual([
      { hardware: null, requested_hardware: 't4-small' },
    ])
    expect(await catalog.value('select citation from datasets')).toBe('@misc{a}')
  })

  it('have the gating of a Space from its details, which later listings without it leave alone', async () => {
    await addRepos(catalog, 'space', [{ number: 1, sdk: 'gradio' }])
    await catalog.rows('delete from catalog.search_outbox')
    const store = storeOf(catalog)
    const [task] = await store.claimTasks('details', 9)
    if (task === undefined) throw new Error('Expected a task.')
    const empty = { usedStorage: null, fileCount: 0, fileBytes: null, details: {}, files: [] }
    await store.finishTask(task, { outcome: 'done', reason: null, data: { stage: 'details', gated: 'auto', ...empty } })
    expect(await catalog.value('select count(*)::int from catalog.search_outbox')).toBe(1)
    await addRepos(catalog, 'space', [{ number: 1, sdk: 'docker' }])
    expect(await catalog.rows('select sdk, gated from spaces')).toEqual([{ sdk: 'docker', gated: 'auto' }])
    expect(await catalog.value(`select vanished from catalog.repos`)).toBeNull()
  })
})
