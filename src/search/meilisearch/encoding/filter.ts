import type { CheckedQuery } from '../../checked-query.ts'
import type { FilterField } from '../../search-fields.ts'
import { facetValue } from '../../text/document-words.ts'
import { keptCodedValue } from './value.ts'

/** The filters of a query as Meilisearch takes them, that on one field left out where asked. */
export function filterExpressions(filters: CheckedQuery['filters'], without?: FilterField): string[] {
  return [...filters]
    .filter(([field]) => field !== without)
    .map(([field, values]) =>
      isOneOf(
        `facets.${field}`,
        values.map((value) => keptCodedValue(facetValue(value))),
      ),
    )
}

/** @param values in code, which has nothing to escape */
export function isOneOf(attribute: string, values: readonly string[]): string {
  return `${attribute} IN [${values.map((value) => `"${value}"`).join(', ')}]`
}
