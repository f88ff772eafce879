/** A few repos that cover all cases of the routes. */
export const PAYLOADS = {
  models: [
    model('google-bert/bert-base-uncased', {
      createdAt: '2022-03-02T23:29:04.000Z',
      downloads: 100,
      likes: 7,
      tags: ['transformers', 'bert', 'fill-mask', 'en', 'license:apache-2.0', 'region:us'],
      pipeline_tag: 'fill-mask',
      library_name: 'transformers',
      safetensors: { parameters: { F32: 110_000_000 }, total: 110_000_000 },
      inferenceProviderMapping: { 'hf-inference': { status: 'live', providerId: 'x', task: 'fill-mask' } },
      siblings: [{ rfilename: 'config.json', size: 570, blobId: 'b1' }],
      cardData: { license: 'apache-2.0' },
      config: { model_type: 'bert' },
      'model-index': null,
    }),
    model('acme/big', {
      createdAt: '2024-05-01T10:00:00.000Z',
      downloads: 100,
      likes: 3,
      trendingScore: 5,
      likes30d: 2,
      gated: 'manual',
      tags: ['transformers', 'text-generation', 'en', 'fr', 'license:other', 'region:us'],
      pipeline_tag: 'text-generation',
      safetensors: { parameters: { BF16: 70e9 }, total: 70e9 },
    }),
    model('acme/secret', { createdAt: '2024-06-01T10:00:00.000Z', private: true, tags: ['region:us'] }),
    model('acme/bare', {
      createdAt: '2024-06-01T10:00:00.000Z',
      downloads: 5,
      tags: ['constructor', 'gguf', 'region:us'],
      mainSize: 7,
    }),
  ],
  datasets: [
    {
      id: 'acme/rows',
      createdAt: '2023-01-01T00:00:00.000Z',
      tags: ['language:en', 'task_categories:translation', 'region:us'],
      description: 'Rows',
      mainSize: 12,
    },
    {
      id: 'acme/more',
      createdAt: '2023-02-01T00:00:00.000Z',
      datasetsServerInfo: { viewer: 'viewer', numRows: 30 },
    },
  ],
  spaces: [
    {
      id: 'acme/app',
      createdAt: '2023-01-01T00:00:00.000Z',
      sdk: 'gradio',
      tags: ['gradio', 'region:us'],
      models: ['acme/big'],
      datasets: ['acme/rows'],
    },
  ],
}

function model(id: string, fields: Record<string, unknown>) {
  return { id, ...fields }
}
