import { closestMatch } from '../util/closest-match.ts'
import type { SearchEngine, SearchQuery } from './search-engine.ts'
import type { FilterField } from './search-fields.ts'
import { normalize } from './text/normalize.ts'

/** A filter value that no repo has. */
export interface UnknownValue {
  field: FilterField
  value: string
  /** The nearest value that some repo has. */
  meant: string | undefined
}

/** Fields whose values `checkedQuery` has validated, or that have no other spelling. */
const EXACT_FIELDS = new Set<FilterField>(['kind', 'gated', 'parameters', 'year'])
/** Fields with more values than a facet returns. Candidates come from the repos that match the value's words. */
const OPEN_ENDED_FIELDS = new Set<FilterField>(['author', 'tag'])
const MAX_VALUES = 1_000

/** Replaces filter values that no repo has by those that differ only in letter case or accents. @param filters checked */
export async function resolveFilters(
  engine: Pick<SearchEngine, 'search'>,
  filters: ReadonlyMap<FilterField, readonly string[]>,
): Promise<{ filters: NonNullable<SearchQuery['filters']>; unknown: UnknownValue[] }> {
  const resolved: Partial<Record<FilterField, string[]>> = {}
  const unknown: UnknownValue[] = []
  for (const [field, values] of filters) {
    const meant = new Set<string>()
    for (const value of values) {
      const same = EXACT_FIELDS.has(field) || (await isUsed(engine, field, value)) ? [value] : undefined
      const known = same === undefined ? await valuesNear(engine, field, value) : []
      const alike = same ?? known.filter((candidate) => normalize(candidate) === normalize(value))
      if (alike.length === 0) unknown.push({ field, value, meant: closestMatch(value, known) })
      for (const found of alike.length === 0 ? [value] : alike) meant.add(found)
    }
    resolved[field] = [...meant]
  }
  return { filters: resolved, unknown }
}

async function isUsed(engine: Pick<SearchEngine, 'search'>, field: FilterField, value: string): Promise<boolean> {
  return (await engine.search({ filters: { [field]: [value] }, limit: 0 })).total > 0
}

/** Existing values of the field that the given one may mean, most frequent first. */
async function valuesNear(engine: Pick<SearchEngine, 'search'>, field: FilterField, value: string): Promise<string[]> {
  const words = OPEN_ENDED_FIELDS.has(field) ? { words: value } : {}
  const { facets } = await engine.search({ ...words, facets: [field], facetLimit: MAX_VALUES, limit: 0 })
  return Object.entries(facets[field] ?? {})
    .sort(([, first], [, second]) => second - first)
    .map(([known]) => known)
}
