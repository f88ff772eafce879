import { type FilterField, valuesOf } from '../search-fields.ts'
import { facetValue } from '../text/document-words.ts'
import type { MeilisearchConnection } from './connection.ts'
import { SHOWN, shownDocumentOf } from './encoding/stored-document.ts'
import { decodedValue, keptCodedValue } from './encoding/value.ts'
import { MAX_FACET_VALUES } from './index-settings.ts'
import { type Answer, multiSearch, type Query } from './multi-search.ts'

export interface Counted {
  query: Query
  answer: Answer | undefined
}

/**
 * The counts of the most frequent values of a facet, of equally frequent ones the first by code unit.
 *
 * Meilisearch gives the most frequent values, but of equally frequent ones at its limit any. So where those could reach
 * into what is asked for, the values are counted here, from the documents.
 */
export async function facetCounts(
  connection: MeilisearchConnection,
  { query, answer }: Counted,
  field: FilterField,
  limit: number,
): Promise<Record<string, number>> {
  const given = Object.entries(answer?.facetDistribution?.[facetAttribute(field)] ?? {})
  const counts =
    isCutAmongEquals(given, limit) && mayBeCounted(answer) ? await countedHere(connection, query, field) : given
  return Object.fromEntries(
    counts
      .sort(byCountThenCode)
      .slice(0, limit)
      .map(([value, count]) => [decodedValue(value), count]),
  )
}

export function facetAttribute(field: FilterField): string {
  return `facets.${field}`
}

type Count = [coded: string, count: number]

function isCutAmongEquals(counts: readonly Count[], limit: number): boolean {
  if (counts.length < MAX_FACET_VALUES) return false
  const sorted = [...counts].sort(byCountThenCode)
  return sorted[limit - 1]?.[1] === sorted.at(-1)?.[1]
}

/** Codes are in the order of what they stand for. */
function byCountThenCode([left, many]: Count, [right, more]: Count): number {
  return more - many || (left < right ? -1 : 1)
}

/** In a larger set, values of which a thousand are equally frequent are not the ones at the top. */
const MAX_COUNTED_DOCUMENTS = 20_000
const DOCUMENTS_PER_REQUEST = 5_000
const COUNTED = SHOWN.filter((name) => name !== 'description')

function mayBeCounted(answer: Answer | undefined): boolean {
  return (answer?.totalHits ?? 0) <= MAX_COUNTED_DOCUMENTS
}

async function countedHere(connection: MeilisearchConnection, query: Query, field: FilterField): Promise<Count[]> {
  const counts = new Map<string, number>()
  const { facets: _, page: __, hitsPerPage: ___, ...found } = query
  for (let offset = 0; ; offset += DOCUMENTS_PER_REQUEST) {
    const page = { ...found, attributesToRetrieve: COUNTED, offset, limit: DOCUMENTS_PER_REQUEST }
    const hits = (await multiSearch(connection, new Map([['page', page]]))).get('page')?.hits ?? []
    for (const hit of hits) {
      const values = valuesOf[field](shownDocumentOf(hit)).map((value) => keptCodedValue(facetValue(value)))
      for (const value of new Set(values)) counts.set(value, (counts.get(value) ?? 0) + 1)
    }
    if (hits.length < DOCUMENTS_PER_REQUEST) return [...counts]
  }
}
