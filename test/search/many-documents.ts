import type { SearchDocument } from '../../src/search/search-document.ts'
import { FILTER_FIELDS, type FilterField, valuesOf } from '../../src/search/search-fields.ts'
import { hubIdOf } from '../support/hub/pages.ts'
import { searchDocument } from './search-document.ts'

const TASKS = ['text-generation', 'fill-mask', 'translation', 'summarization', 'text-to-image']
const KINDS = ['model', 'dataset', 'space'] as const

/** Deterministic documents with values that nearly all have, values that one has, and a long tail in between. */
export function manyDocuments(count: number): SearchDocument[] {
  const random = seededRandom(7)
  const longTail = (size: number) => Math.floor(size ** random()) - 1
  return Array.from({ length: count }, (_, index) => {
    const id = `author-${longTail(count / 4)}/${index % 3 === 0 ? 'thing' : 'repo'}-${index}`
    const kind = KINDS[longTail(4)] ?? 'model'
    return searchDocument({
      id,
      kind,
      format: kind === 'dataset' ? ['parquet'] : [],
      description: index % 3 === 0 ? 'Found by its description only: a repo.' : null,
      hubId: hubIdOf(index),
      tags: [...new Set(Array.from({ length: 6 }, () => `tag-${longTail(count / 2)}`))],
      task: TASKS.filter(() => random() < 0.3),
      license: random() < 0.7 ? [`license-${longTail(60)}`] : [],
      language: random() < 0.4 ? ['en'] : [],
      parameters: random() < 0.5 ? Math.floor(10 ** (6 + 6 * random())) : null,
      createdAt: new Date(Date.UTC(2022 + longTail(6), longTail(12), 1)).toISOString(),
      downloads: longTail(1_000_000),
      likes: longTail(1_000),
    })
  })
}

export function countByBruteForce(
  documents: readonly SearchDocument[],
  field: FilterField,
  limit: number,
): Record<string, number> {
  const counts = new Map<string, number>()
  for (const document of documents) {
    for (const value of new Set(valuesOf[field](document))) counts.set(value, (counts.get(value) ?? 0) + 1)
  }
  const order = ([left, many]: [string, number], [right, more]: [string, number]) => more - many || (left < right ? -1 : 1)
  return Object.fromEntries([...counts].sort(order).slice(0, limit))
}

export function filterByBruteForce(
  documents: readonly SearchDocument[],
  filters: Partial<Record<FilterField, readonly string[]>>,
): SearchDocument[] {
  return documents.filter((document) =>
    FILTER_FIELDS.every((field) => {
      const wanted = filters[field]
      return wanted === undefined || valuesOf[field](document).some((value) => wanted.includes(value))
    }),
  )
}

/** Mulberry32. */
function seededRandom(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}
