import type { CheckedQuery } from '../../checked-query.ts'
import type { Range } from '../../ranges.ts'
import type { FilterField, RangeField } from '../../search-fields.ts'
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

/** The ranges of a query in Meilisearch's syntax, optionally without the one on a field. */
export function rangeExpressions(ranges: CheckedQuery['ranges'], without?: RangeField): string[] {
  return (Object.entries(ranges) as [RangeField, Range][])
    .filter(([field]) => field !== without)
    .flatMap(([field, range]) => boundExpressions(field, range))
}

export function boundExpressions(field: RangeField, { from, before }: Range): string[] {
  return [...(from === null ? [] : [`${field} >= ${from}`]), ...(before === null ? [] : [`${field} < ${before}`])]
}

/** @param values encoded, so that nothing needs escaping */
export function isOneOf(attribute: string, values: readonly string[]): string {
  return `${attribute} IN [${values.map((value) => `"${value}"`).join(', ')}]`
}
