import { describe, inject } from 'vitest'
import { MeilisearchEngine } from '../../../src/search/meilisearch/engine.ts'
import { describeSearchEngine } from '../conformance.ts'

const url = inject('meiliUrl')

describe.skipIf(url === undefined)('on a real server', () => {
  describeSearchEngine('Meilisearch', async () => {
    const engine = new MeilisearchEngine({ url: url ?? '', apiKey: inject('meiliKey'), index: 'conformance' })
    return { engine, close: () => engine.clear() }
  })
})
