import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type ListQuery, type Position, SORT_KEYS } from '../../src/hub-server/hub-store.ts'
import { MemoryStore } from '../../src/sample-hub/memory-store.ts'
import { PayloadShelf } from '../../src/sample-hub/payload-shelf.ts'

/** Few distinct values, so that most repos tie with others, and some without any. */
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

function query(parts: Pick<ListQuery, 'sort' | 'descending' | 'limit' | 'after'>): ListQuery {
  const filter = {
    search: [],
    authors: [],
    tags: [],
    libraries: [],
    pipelineTags: [],
    gated: undefined,
    parameters: undefined,
    inference: undefined,
    inferenceProviders: [],
    models: [],
    datasets: [],
    includePrivate: false,
  }
  return { kind: 'model', filter, fields: { names: new Set(), blobs: false }, ...parts }
}

test('pages of any size, put together, are the whole listing in its order', async () => {
  const order = fc.record({ sort: fc.constantFrom(...SORT_KEYS), descending: fc.boolean() })
  await fc.assert(
    fc.asyncProperty(repos, order, fc.integer({ min: 1, max: 20 }), async (values, { sort, descending }, limit) => {
      const store = storeOf(values)
      const whole = await store.list(query({ sort, descending, limit: 1000, after: undefined }))
      const paged: string[] = []
      let after: Position | undefined
      do {
        const slice = await store.list(query({ sort, descending, limit, after }))
        paged.push(...slice.repos.map((repo) => repo.id))
        after = slice.next
      } while (after !== undefined)
      expect(paged).toEqual(whole.repos.map((repo) => repo.id))
      expect(new Set(paged).size).toBe(values.length)
    }),
  )
})

test('a walk in order of creation misses nothing that was there throughout, whatever comes and goes meanwhile', async () => {
  const change = fc.record({ at: fc.integer({ min: 0, max: 59 }), isRemoval: fc.boolean() })
  await fc.assert(
    fc.asyncProperty(repos, fc.array(change, { maxLength: 12 }), async (values, changes) => {
      const store = storeOf(values)
      const shelf = store.shelves.model as PayloadShelf
      const throughout = new Set(values.map((_, index) => `acme/repo-${index}`))
      const seen = new Set<string>()
      let after: Position | undefined
      let isFirst = true
      while (isFirst || after !== undefined) {
        isFirst = false
        const slice = await store.list(query({ sort: 'createdAt', descending: false, limit: 4, after }))
        for (const repo of slice.repos) seen.add(repo.id)
        after = slice.next
        const next = changes.pop()
        if (next?.isRemoval && shelf.remove(`acme/repo-${next.at}`)) throughout.delete(`acme/repo-${next.at}`)
        else if (next) shelf.put({ id: `acme/new-${next.at}`, createdAt: '2026-01-01T00:00:00.000Z' })
      }
      expect([...throughout].filter((id) => !seen.has(id))).toEqual([])
    }),
  )
})
