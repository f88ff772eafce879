import { describe, expect, test } from 'vitest'
import { createHubClient } from '../../src/hub/client.ts'
import { json } from '../sample-hub/walk.ts'
import { sharedHub } from '../support/hub/sample-hub.ts'

const models = ['a/bert', 'b/bert-large', 'c/gpt'].map((id, index) => ({ id, trendingScore: index }))
const hub = sharedHub({ payloads: { models, datasets: [{ id: 'd/bert-data' }] }, quota: 0 })

describe('the quick search', () => {
  test('returns the best repos of each kind and their number', async () => {
    const answer = await json(await fetch(`${hub.url}/api/quicksearch?q=bert&limit=1`))
    expect(answer).toMatchObject({ q: 'bert', modelsCount: 2, datasetsCount: 1, spacesCount: 0, spaces: [] })
    expect(answer['models']).toEqual([{ _id: expect.any(String), id: 'b/bert-large', trendingWeight: 1 }])
  })

  test('counts everything for an empty query, from which clients learn the totals', async () => {
    const client = createHubClient({ endpoint: hub.url })
    expect(await client.repoTotals()).toEqual({ model: 3, dataset: 1, space: 0 })
    await client.close()
  })
})
