import { nearest } from '../util/nearest.ts'
import type { SearchEngine, SearchQuery } from './search-engine.ts'
import type { FilterField } from './search-fields.ts'
import { folded } from './text/normalize.ts'

/** A value of a filter that no repo has. */
export interface UnknownValue {
  field: FilterField
  value: string
  /** A value that repos have and that was most likely meant. */
  meant: string | undefined
}

/** Values that are checked at the door, or for which no other spelling exists. */
const SETTLED = new Set<FilterField>(['kind', 'gated', 'parameters', 'year'])
/** Fields with more values than a facet gives. Their words are searched, so that a value is found by its own. */
const OPEN = new Set<FilterField>(['author', 'tag'])
const MOST_VALUES = 1_000

/**
 * Puts the values that repos have in place of values that no repo has: those that differ in letter case or accents alone.
 * A value that some repo has means itself.
 *
 * @param filters of a query that was checked
 */
export async function resolveFilters(
  engine: Pick<SearchEngine, 'search'>,
  filters: ReadonlyMap<FilterField, readonly string[]>,
): Promise<{ filters: NonNullable<SearchQuery['filters']>; unknown: UnknownValue[] }> {
  const resolved: Partial<Record<FilterField, string[]>> = {}
  const unknown: UnknownValue[] = []
  for (const [field, values] of filters) {
    const meant = new Set<string>()
    for (const value of values) {
      const same = SETTLED.has(field) || (await isUsed(engine, field, value)) ? [value] : undefined
      const known = same === undefined ? await valuesNear(engine, field, value) : []
      const alike = same ?? known.filter((candidate) => folded(candidate) === folded(value))
      if (alike.length === 0) unknown.push({ field, value, meant: nearest(value, known) })
      for (const found of alike.length === 0 ? [value] : alike) meant.add(found)
    }
    resolved[field] = [...meant]
  }
  return { filters: resolved, unknown }
}

async function isUsed(engine: Pick<SearchEngine, 'search'>, field: FilterField, value: string): Promise<boolean> {
  return (await engine.search({ filters: { [field]: [value] }, limit: 0 })).total > 0
}

/** Values of the field that the given one may stand for, most frequent first. */
async function valuesNear(engine: Pick<SearchEngine, 'search'>, field: FilterField, value: string): Promise<string[]> {
  const words = OPEN.has(field) ? { words: value } : {}
  const { facets } = await engine.search({ ...words, facets: [field], facetLimit: MOST_VALUES, limit: 0 })
  return Object.entries(facets[field] ?? {})
    .sort(([, first], [, second]) => second - first)
    .map(([known]) => known)
}
