import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type Position, SORT_KEYS } from '../../src/hub-server/hub-store.ts'
import { MemoryStore } from '../../src/sample-hub/memory-store.ts'
import { PayloadShelf } from '../../src/sample-hub/shelves/payload-shelf.ts'
import { plainQuery } from './list-query.ts'

/** Few distinct values, so that most repos are tied with others, and some repos without any. */
const value = fc.option(fc.integer({ min: 0, max: 3 }), { nil: undefined })
const repos = fc.array(fc.record({ downloads: value, likes: value, trendingScore: value, second: value }), {
  maxLength: 60,
})

function storeOf(values: readonly Record<string, number | undefined>[]): MemoryStore {
  const payloads = values.map(({ second = 0, ...counters }, index) => ({
    id: `acme/repo-${index}`,
    createdAt: new Date(1_700_000_000_000 + second * 1000).toISOString(),
    ...counters,
  }))
  const none = () => new PayloadShelf('dataset')
  return new MemoryStore({ model: new PayloadShelf('model', payloads), dataset: none(), space: none() })
}

test('pages of any size together are the whole listing in order', async () => {
  const order = fc.record({ sort: fc.constantFrom(...SORT_KEYS), descending: fc.boolean() })
  await fc.assert(
    fc.asyncProperty(repos, order, fc.integer({ min: 1, max: 20 }), async (values, { sort, descending }, limit) => {
      const store = storeOf(values)
      const whole = await store.list(plainQuery({ sort, descending, limit: 1000, after: undefined }))
      const paged: string[] = []
      let after: Position | undefined
      do {
        const slice = await store.list(plainQuery({ sort, descending, limit, after }))
        paged.push(...slice.repos.map((repo) => repo.id))
        after = slice.next
      } while (after !== undefined)
      expect(paged).toEqual(whole.repos.map((repo) => repo.id))
      expect(new Set(paged).size).toBe(values.length)
    }),
  )
})
