import { type CheckedQuery, checkedQuery } from '../search/checked-query.ts'
import { InvalidSearch } from '../search/invalid-search.ts'
import type { UnknownValue } from '../search/resolve-filters.ts'
import { FILTER_FIELDS, type FilterField, type SearchSort } from '../search/search-fields.ts'
import { UsageError } from './command.ts'
import { readValueList, writeValue } from './value-list.ts'

/** Flags of commands that search. */
export interface SearchFlags {
  kind?: string[]
  filter?: string[]
  sort?: SearchSort
  facet?: string[]
  facetLimit?: number
  limit: number
  offset?: number
  explain?: boolean
  similarTo?: string
  /** True without a number. */
  semantic?: number | true
}

/** Validates flags before the catalog is opened, which takes a moment. */
export function checkedFlags(flags: SearchFlags, words: readonly string[]): CheckedQuery {
  if (flags.similarTo !== undefined) refuseBesideSimilar(flags, words)
  try {
    return checkedQuery({
      words: words.join(' '),
      filters: filtersOf(flags),
      ...(flags.sort === undefined ? {} : { sort: flags.sort }),
      facets: (flags.facet ?? []).flatMap(facetsIn),
      limit: flags.limit,
      ...(flags.facetLimit === undefined ? {} : { facetLimit: flags.facetLimit }),
      ...(flags.offset === undefined ? {} : { offset: flags.offset }),
      ...(flags.explain === undefined ? {} : { explain: flags.explain }),
    })
  } catch (error) {
    if (error instanceof InvalidSearch) throw new UsageError(error.message, { cause: error })
    throw error
  }
}

function refuseBesideSimilar({ similarTo, sort, facet, semantic }: SearchFlags, words: readonly string[]): void {
  const refused = [
    words.length > 0 && 'words',
    sort !== undefined && '--sort',
    facet !== undefined && '--facet',
    semantic !== undefined && '--semantic',
  ]
    .filter((name) => name !== false)
    .join(' and ')
  if (similarTo?.trim() === '') throw new UsageError('Expected --similar-to with a repo: owner/name, a hub id or an address.')
  if (refused !== '')
    throw new UsageError(`--similar-to cannot be combined with ${refused}. Use --kind and --filter to narrow.`)
}

function facetsIn(text: string): FilterField[] {
  const names = readValueList(text)
  if (names.length > 0) return names as FilterField[]
  throw new UsageError(`Expected --facet with a field: ${FILTER_FIELDS.join(', ')}.`)
}

/** The advice on a filter value that no repo has. */
export function unknownText({ field, value, meant }: UnknownValue): string {
  const suggestion = meant === undefined ? '' : ` Did you mean ${writeValue(meant)}?`
  return `No repo has ${field}=${writeValue(value)}.${suggestion}`
}

/** Repeated fields add alternatives. */
function filtersOf({ kind = [], filter = [] }: SearchFlags): Partial<Record<FilterField, string[]>> {
  const filters: Partial<Record<FilterField, string[]>> = {}
  for (const text of [...filter, ...kind.map((value) => `kind=${value}`)]) {
    const [field = '', ...rest] = text.split('=')
    const values = readValueList(rest.join('='))
    if (field.trim() === '' || values.length === 0) {
      throw new UsageError(
        `Expected --filter field=value, such as --filter task=text-generation; got "${text.slice(0, 200)}". ` +
          'The empty value is written as "".',
      )
    }
    const name = field.trim() as FilterField
    filters[name] = [...(filters[name] ?? []), ...values]
  }
  return filters
}
