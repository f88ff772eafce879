import { type FilterField, valuesOf } from '../../search-fields.ts'
import { facetValue } from '../../text/document-words.ts'
import { SHOWN, shownDocumentOf } from '../encoding/stored-document.ts'
import { decodeValue, encodeTruncated } from '../encoding/value.ts'
import { MAX_FACET_VALUES } from '../index/index-settings.ts'
import type { MeilisearchConnection } from '../server/connection.ts'
import { type Answer, multiSearch, type Query } from '../server/multi-search.ts'

export interface Counted {
  query: Query
  answer: Answer | undefined
}

/**
 * The counts of the most frequent values of a facet, ties by code unit.
 *
 * Meilisearch breaks ties at its limit arbitrarily. If such a tie could affect the requested values, they are counted here,
 * from the documents.
 */
export async function facetCounts(
  connection: MeilisearchConnection,
  { query, answer }: Counted,
  field: FilterField,
  limit: number,
): Promise<Record<string, number>> {
  const returned = Object.entries(answer?.facetDistribution?.[facetAttribute(field)] ?? {})
  const counts = isCutInTie(returned, limit) && isCountable(answer) ? await countDocuments(connection, query, field) : returned
  return Object.fromEntries(
    counts
      .sort(byCountThenCode)
      .slice(0, limit)
      .map(([value, count]) => [decodeValue(value), count]),
  )
}

export function facetAttribute(field: FilterField): string {
  return `facets.${field}`
}

type Count = [encoded: string, count: number]

function isCutInTie(counts: readonly Count[], limit: number): boolean {
  if (counts.length < MAX_FACET_VALUES) return false
  const sorted = [...counts].sort(byCountThenCode)
  return sorted[limit - 1]?.[1] === sorted.at(-1)?.[1]
}

/** Encoded values sort as the values do. */
function byCountThenCode([left, many]: Count, [right, more]: Count): number {
  return more - many || (left < right ? -1 : 1)
}

/** In a larger set, a tie of a thousand values does not reach the top. */
const MAX_COUNTED_DOCUMENTS = 20_000
const DOCUMENTS_PER_REQUEST = 5_000
const COUNTED = SHOWN.filter((name) => name !== 'description')

function isCountable(answer: Answer | undefined): boolean {
  return (answer?.totalHits ?? 0) <= MAX_COUNTED_DOCUMENTS
}

async function countDocuments(connection: MeilisearchConnection, query: Query, field: FilterField): Promise<Count[]> {
  const counts = new Map<string, number>()
  const { facets: _, page: __, hitsPerPage: ___, ...found } = query
  for (let offset = 0; ; offset += DOCUMENTS_PER_REQUEST) {
    const page = { ...found, attributesToRetrieve: COUNTED, offset, limit: DOCUMENTS_PER_REQUEST }
    const hits = (await multiSearch(connection, new Map([['page', page]]))).get('page')?.hits ?? []
    for (const hit of hits) {
      const values = valuesOf[field](shownDocumentOf(hit)).map((value) => encodeTruncated(facetValue(value)))
      for (const value of new Set(values)) counts.set(value, (counts.get(value) ?? 0) + 1)
    }
    if (hits.length < DOCUMENTS_PER_REQUEST) return [...counts]
  }
}
