import fc from 'fast-check'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { PostgresSearchEngine } from '../../../src/search/postgres/engine.ts'
import type { SearchDocument } from '../../../src/search/search-document.ts'
import type { SearchEngine, SearchResult } from '../../../src/search/search-engine.ts'
import { openTestCatalog, type TestCatalog } from '../../support/catalog/catalog.ts'
import { searchDocument } from '../search-document.ts'

let catalog: TestCatalog
let engine: SearchEngine

const WORDS = ['qwen3', 'qwen', '3.5', '3', '4b', 'stable', 'diffusion', 'stablediffusion', 'phi', 'mini', 'instruct', 'xl']
const documents = Array.from({ length: 600 }, (_, index): SearchDocument => {
  const word = (step: number) => WORDS[(index * step + Math.floor(index / 7)) % WORDS.length] ?? ''
  return searchDocument({
    id: `${word(3)}/${word(1)}-${word(5)}${index % 3 === 0 ? `-${word(7)}` : ''}`,
    hubId: `hub-${index}`,
    tags: index % 2 === 0 ? [word(11)] : [],
    description: index % 4 === 0 ? `${word(2)} for ${word(4)}` : null,
    likes: (index * 7) % 50,
    downloads: (index * 7919) % 100_000,
  })
})

beforeAll(async () => {
  catalog = await openTestCatalog()
  engine = new PostgresSearchEngine(catalog.connection)
  const named = [
    searchDocument({ id: 'sea/Orca-4B' }),
    searchDocument({ id: 'sea/killer-whale-of-the-ocean', description: 'eats no plankton' }),
    searchDocument({ id: 'sea/megaptera' }),
    searchDocument({ id: 'sea/dive-2000' }),
    searchDocument({ id: 'sea/kelp' }),
  ]
  await engine.apply({ upserts: [...documents, ...named] })
})
afterAll(() => catalog?.[Symbol.asyncDispose]())

it('explains the order of all hits: by cost, then by popularity, then by hub id', async () => {
  const typed = fc.oneof(fc.constantFrom(...WORDS), fc.constantFrom('qwn3', 'phi3', 'difusion', 'sta', 'unheard', 'xlmini'))
  await fc.assert(
    fc.asyncProperty(fc.array(typed, { minLength: 1, maxLength: 4 }), async (words) => {
      const { hits, explanations, isRelaxed } = await engine.search({ words: words.join(' '), limit: 1_000, explain: true })
      const ranks = ranksOf(hits, explanations)
      expect(ranks).toEqual(ranks.toSorted(byRank))
      expect(explanations?.every(({ cost }) => Number.isFinite(cost))).toBe(true)
      for (const { name, words: explained } of explanations ?? []) {
        if (!isRelaxed && name === undefined) expect(explained.every(({ match }) => match !== undefined)).toBe(true)
      }
    }),
    { numRuns: 150 },
  )
})

it.each([
  ['orca 4b', { name: 'whole', kinds: ['word', 'word'], terms: ['orca', '4b'] }],
  ['4b or', { name: undefined, kinds: ['word', 'prefix'], terms: ['4b', 'orca'] }],
  ['meg', { name: 'beginning', kinds: ['prefix'], terms: ['megaptera'] }],
  ['oca 4b', { name: 'similar', kinds: [undefined, 'word'], terms: ['4b'] }],
  ['killerwhale ocean', { name: undefined, kinds: ['parts', 'word'], terms: ['killer', 'whale', 'ocean'] }],
  ['mega ptera', { name: 'whole', kinds: ['joined', 'joined'], terms: ['megaptera', 'megaptera'] }],
  ['megapteri', { name: 'similar', kinds: ['typo'], terms: ['megaptera'] }],
  ['plankton', { name: undefined, kinds: ['word'], terms: ['plankton'] }],
])('says how each word matched: %s', async (words, expected) => {
  const { explanations: [first] = [] } = await engine.search({ words, explain: true, limit: 1 })
  expect({
    name: first?.name,
    kinds: first?.words.map(({ match }) => match?.kind),
    terms: first?.words.flatMap(({ match }) => match?.terms ?? []),
  }).toEqual(expected)
})

it.each([
  ['a letter missing in a short name', 'kep', ['sea/kelp']],
  ['a letter too much beside a digit', 'dive r2000', ['sea/dive-2000']],
  ['another number', 'dive2001', []],
])('compares short names if nothing else is found: %s', async (_, words, ids) => {
  const { hits } = await engine.search({ words })
  expect(hits.map(({ id }) => id)).toEqual(ids)
})

it('says which words are missing if no repo has all', async () => {
  const { isRelaxed, explanations } = await engine.search({ words: 'phi unheard', explain: true, limit: 1 })
  expect(isRelaxed).toBe(true)
  expect(explanations).toMatchObject([{ cost: 100, words: [{ word: 'phi', match: { field: 'name' } }, { word: 'unheard' }] }])
  expect(explanations?.[0]?.words[1]?.match).toBeUndefined()
})

it('explains nothing unless asked', async () => {
  expect((await engine.search({ words: 'phi' })).explanations).toBeUndefined()
})

type Rank = [cost: number, popularity: number, hubId: string]

function ranksOf(hits: readonly SearchDocument[], explanations: SearchResult['explanations'] = []): Rank[] {
  return explanations.map(({ cost, popularity }, index) => [cost, popularity, hits[index]?.hubId ?? ''])
}

function byRank([cost, popularity, hubId]: Rank, [otherCost, otherPopularity, otherId]: Rank): number {
  return cost - otherCost || otherPopularity - popularity || (hubId < otherId ? -1 : 1)
}
