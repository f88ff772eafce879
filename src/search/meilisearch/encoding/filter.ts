import type { CheckedQuery } from '../../checked-query.ts'
import type { FilterField } from '../../search-fields.ts'
import { facetValue } from '../../text/document-words.ts'
import { encodeTruncated } from './value.ts'

/** The filters of a query in Meilisearch's syntax, optionally without the one on a field. */
export function filterExpressions(filters: CheckedQuery['filters'], without?: FilterField): string[] {
  return [...filters]
    .filter(([field]) => field !== without)
    .map(([field, values]) =>
      isOneOf(
        `facets.${field}`,
        values.map((value) => encodeTruncated(facetValue(value))),
      ),
    )
}

/** @param values encoded, so that nothing needs escaping */
export function isOneOf(attribute: string, values: readonly string[]): string {
  return `${attribute} IN [${values.map((value) => `"${value}"`).join(', ')}]`
}
