import { InvalidSearch } from './invalid-search.ts'
import { asRangeField, type Range, readRange } from './ranges.ts'
import type { UnknownValue } from './resolve-filters.ts'
import { FILTER_FIELDS, type FilterField, RANGE_FIELDS, type RangeField } from './search-fields.ts'
import { readValueList, writeValue } from './value-list.ts'

/** Filters as people write them. */
export interface WrittenFilters {
  filters: Partial<Record<FilterField, string[]>>
  ranges: Partial<Record<RangeField, Range>>
}

/**
 * Reads filters such as `license=mit,apache-2.0` and `downloads=1000..`. Repeated fields add alternatives; a field has one
 * range. Names of fields are not checked here.
 * @throws InvalidSearch
 */
export function readFilters(filters: readonly string[], kinds: readonly string[] = []): WrittenFilters {
  const read: WrittenFilters = { filters: {}, ranges: {} }
  for (const text of [...filters, ...kinds.map((value) => `kind=${value}`)]) {
    const [name = '', ...rest] = text.split('=')
    const values = rest.join('=')
    const rangeField = asRangeField(name.trim())
    if (rangeField !== undefined && (values.includes('..') || !isFilterField(rangeField))) {
      if (read.ranges[rangeField] !== undefined) {
        throw new InvalidSearch(`Expected one range for ${rangeField}, got several. Combine them, as in 1000..5000.`)
      }
      read.ranges[rangeField] = readRange(rangeField, values)
    } else addValues(read.filters, name.trim(), readValueList(values), text)
  }
  return read
}

function addValues(filters: WrittenFilters['filters'], name: string, values: readonly string[], text: string): void {
  if (name === '' || values.length === 0) {
    throw new InvalidSearch(
      `Expected a filter field=value, such as task=text-generation; got "${text.slice(0, 200)}". ` +
        'The empty value is written as "".',
    )
  }
  const field = name as FilterField
  // An object would take `__proto__` for something else.
  const known = Object.hasOwn(filters, field) ? filters[field] : undefined
  Object.defineProperty(filters, field, {
    value: [...(known ?? []), ...values],
    enumerable: true,
    configurable: true,
    writable: true,
  })
}

function isFilterField(name: string): boolean {
  return FILTER_FIELDS.some((field) => field === name)
}

/** Reads lists of fields to count, such as `license,language`. @throws InvalidSearch */
export function readFacets(texts: readonly string[]): FilterField[] {
  return texts.flatMap((text) => namesIn(text, 'facet', FILTER_FIELDS)) as FilterField[]
}

/** Reads lists of fields to count by bucket. @throws InvalidSearch */
export function readHistograms(texts: readonly string[]): RangeField[] {
  return texts.flatMap((text) => namesIn(text, 'histogram', RANGE_FIELDS)) as RangeField[]
}

function namesIn(text: string, what: string, fields: readonly string[]): string[] {
  const names = readValueList(text)
  if (names.length > 0) return names
  throw new InvalidSearch(`Expected a ${what} of a field: ${fields.join(', ')}.`)
}

/** The advice on a filter value that no repo has. */
export function unknownText({ field, value, meant }: UnknownValue): string {
  const suggestion = meant === undefined ? '' : ` Did you mean ${writeValue(meant)}?`
  return `No repo has ${field}=${writeValue(value)}.${suggestion}`
}
