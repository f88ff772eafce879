import type { SampleHubOptions } from '../../src/sample-hub/options.ts'

/** What the drivers of clients find on their sample Hub. */
const PAYLOADS = {
  models: [
    {
      id: 'ada/m',
      downloads: 9,
      likes: 4,
      tags: ['license:mit', 'arxiv:2307.09288', 'en'],
      pipeline_tag: 'text-generation',
      safetensors: { parameters: { F32: 100 }, total: 100 },
      siblings: ['README.md', 'config.json', 'model.safetensors', 'data/a.txt'].map((rfilename) => ({ rfilename })),
    },
    {
      id: 'ada/shards',
      safetensors: { parameters: { F32: 1001 }, total: 1001 },
      siblings: ['model-00001-of-00002.safetensors', 'model-00002-of-00002.safetensors', 'model.safetensors.index.json'].map(
        (rfilename) => ({ rfilename }),
      ),
    },
    { id: 'ada/gated', gated: 'auto' },
    { id: 'lab/m', likes: 50 },
  ],
  datasets: [
    {
      id: 'ada/rows',
      likes: 3,
      tags: ['language:en', 'task_ids:parsing'],
      sampleParquet: { configs: { default: { train: 2, test: 1 } } },
    },
  ],
  spaces: [
    {
      id: 'ada/app',
      sdk: 'static',
      tags: ['static', 'region:us'],
      likes: 1,
      runtime: { stage: 'RUNNING', hardware: { current: 'cpu-basic', requested: 'cpu-basic' } },
    },
  ],
}

export const DRIVEN_HUB: SampleHubOptions = {
  quota: 0,
  payloads: PAYLOADS,
  people: { orgs: [{ name: 'lab', plan: 'enterprise' }], users: [{ name: 'ada', orgs: { lab: 'admin' } }, { name: 'bob' }] },
}
