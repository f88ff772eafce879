import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type Position, SORT_KEYS, type SortKey } from '../../src/hub-server/hub-store.ts'
import { generateShelves } from '../../src/sample-hub/generator/generate-shelves.ts'
import { Histories } from '../../src/sample-hub/history/histories.ts'
import { HubChanges } from '../../src/sample-hub/life/hub-changes.ts'
import { MemoryStore } from '../../src/sample-hub/memory-store.ts'
import type { LivingShelf } from '../../src/sample-hub/shelves/living-shelf.ts'
import { PayloadShelf } from '../../src/sample-hub/shelves/payload-shelf.ts'
import { plainQuery } from './list-query.ts'

const PRESENT = Date.parse('2026-11-21T00:00:00.000Z')
const NAMES = Array.from({ length: 24 }, (_, number) => `acme/repo-${number}`)

/** Makes a change on the Hub, unless it is impossible, such as moving to a taken name. */
const step = fc.record({
  what: fc.constantFrom('create', 'commit', 'delete', 'move', 'private', 'public', 'disable', 'counters'),
  repo: fc.nat({ max: NAMES.length - 1 }),
  other: fc.nat({ max: NAMES.length - 1 }),
  value: fc.nat({ max: 3 }),
  waitMs: fc.constantFrom(0, 300, 1_000, 60_000),
})
type Step = typeof step extends fc.Arbitrary<infer Value> ? Value : never

function payloadStore(): MemoryStore {
  const payloads = NAMES.slice(0, 12).map((id, number) => ({
    id,
    createdAt: new Date(PRESENT - 10_000 * Math.floor(number / 3)).toISOString(),
    downloads: number % 4,
    likes: number % 2,
  }))
  const none = () => new PayloadShelf('dataset')
  return new MemoryStore({ model: new PayloadShelf('model', payloads), dataset: none(), space: none() })
}

class Life {
  readonly store: MemoryStore
  readonly changes: HubChanges
  nowMs = PRESENT

  constructor(store: MemoryStore) {
    this.store = store
    this.changes = new HubChanges(store, () => this.nowMs, new Histories())
  }

  /** The ids that the names of a step stand for: on a generated shelf, those of its first repos. */
  take({ what, repo, other, value, waitMs }: Step, names: readonly string[]): void {
    this.nowMs += waitMs
    const [id = '', to = ''] = [names[repo], names[other]]
    const shelf = this.store.shelves.model
    const isThere = shelf.find(id)?.id === id
    if (what === 'create') {
      if (shelf.find(id)?.id !== id) this.changes.create('model', { id, downloads: value })
    } else if (!isThere) return
    else if (what === 'commit') this.changes.commit('model', id, { fields: { tags: [`v${value}`] } })
    else if (what === 'delete') this.changes.delete('model', id)
    else if (what === 'move') {
      if (shelf.find(to)?.id !== to) this.changes.move('model', id, to)
    } else if (what === 'private' || what === 'public') {
      this.changes.settings('model', id, { private: what === 'private' })
    } else if (what === 'disable') this.changes.settings('model', id, { disabled: value > 1 })
    else this.changes.counters('model', id, { downloads: value, likes: 3 - value, trendingScore: value })
  }
}

/** The order of a listing from first principles: reads and sorts everything. */
function sortedAnew(shelf: LivingShelf, key: SortKey, descending: boolean): string[] {
  const inOrder = (a: number, b: number) => {
    const [first, second] = [shelf.sortValueAt(a, key), shelf.sortValueAt(b, key)]
    if (first === second) return 0
    if (first === null || second === null) return first === null ? 1 : -1
    return first < second === descending ? 1 : -1
  }
  return [...shelf.indexes()]
    .filter((index) => shelf.isListed(index))
    .sort((a, b) => inOrder(a, b) || (shelf.hubIdAt(a) < shelf.hubIdAt(b) ? -1 : 1))
    .map((index) => shelf.hubIdAt(index))
}

async function listed(store: MemoryStore, sort: SortKey, descending: boolean): Promise<string[]> {
  const slice = await store.list(plainQuery({ sort, descending, limit: 1000, after: undefined }))
  return slice.repos.map((repo) => repo._id)
}

test.each(['payloads', 'generated repos'])('each listing of %s stays in order, whatever changes', async (source) => {
  const steps = fc.array(step, { maxLength: 60 })
  await fc.assert(
    fc.asyncProperty(steps, fc.constantFrom(...SORT_KEYS), fc.boolean(), async (taken, sort, descending) => {
      const store = source === 'payloads' ? payloadStore() : new MemoryStore(generateShelves(40, 3))
      const shelf = store.shelves.model
      const own = [...shelf.indexes()].map((index) => shelf.repoAt(index, { names: new Set(), blobs: false }).id)
      const names = source === 'payloads' ? NAMES : [...own, ...NAMES].slice(0, NAMES.length)
      const life = new Life(store)
      await listed(store, sort, descending)
      for (const one of taken) life.take(one, names)
      expect(await listed(store, sort, descending)).toEqual(sortedAnew(shelf, sort, descending))
      // Orders that are first requested after the changes are built from the result of the changes.
      for (const key of SORT_KEYS) expect(await listed(store, key, true)).toEqual(sortedAnew(shelf, key, true))
      expect(new Set(await listed(store, sort, descending)).size).toBe(shelf.listedSize())
    }),
    { numRuns: 60 },
  )
})

test('a walk in order of creation misses no repo that exists throughout, whatever changes meanwhile', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 40 }), fc.integer({ min: 1, max: 6 }), async (steps, limit) => {
      const store = payloadStore()
      const shelf = store.shelves.model
      const life = new Life(store)
      const open = () => new Set(sortedAnew(shelf, 'createdAt', false))
      let throughout = open()
      const seen: string[] = []
      let after: Position | undefined
      do {
        const slice = await store.list(plainQuery({ sort: 'createdAt', descending: false, limit, after }))
        seen.push(...slice.repos.map((repo) => repo._id))
        after = slice.next
        for (const one of steps.splice(0, 3)) {
          life.take(one, NAMES)
          throughout = throughout.intersection(open())
        }
      } while (after !== undefined)
      expect([...throughout].filter((hubId) => !seen.includes(hubId))).toEqual([])
      expect(new Set(seen).size).toBe(seen.length)
    }),
  )
})

test('a change does not sort a hundred thousand repos again', () => {
  const store = new MemoryStore(generateShelves(200_000, 1))
  const life = new Life(store)
  const shelf = store.shelves.model
  const order = shelf.order('downloads', true)
  let reads = 0
  const sortValueAt = shelf.sortValueAt.bind(shelf)
  shelf.sortValueAt = (index, key) => {
    reads++
    return sortValueAt(index, key)
  }
  const { id } = shelf.repoAt(77_777, { names: new Set(), blobs: false })
  life.changes.counters('model', id, { downloads: 300_000_000 })
  expect(shelf.order('downloads', true)).toBe(order)
  expect(order.at(0)).toBe(77_777)
  expect(reads).toBeLessThan(50)
})
