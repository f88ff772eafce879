import { type CheckedQuery, checkedQuery } from '../../search/checked-query.ts'
import { InvalidSearch } from '../../search/invalid-search.ts'
import { readFacets, readFilters } from '../../search/read-search.ts'
import type { SearchSort } from '../../search/search-fields.ts'
import { UsageError } from '../command.ts'

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
      ...readFilters(flags.filter ?? [], flags.kind),
      ...(flags.sort === undefined ? {} : { sort: flags.sort }),
      facets: readFacets(flags.facet ?? []),
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
