import { findRepos } from '../../catalog/repos/reads.ts'
import { type CheckedQuery, checkedQuery, MAX_LIMIT } from '../../search/checked-query.ts'
import { InvalidSearch } from '../../search/invalid-search.ts'
import { resolveFilters, type UnknownValue } from '../../search/resolve-filters.ts'
import { searchAmong } from '../../search/search-among.ts'
import type { SearchQuery, SearchResult } from '../../search/search-engine.ts'
import { FILTER_FIELDS, type FilterField, type SearchSort } from '../../search/search-fields.ts'
import { type OpenCatalog, openExistingCatalog } from '../../service/open/catalog.ts'
import { type CommandContext, UsageError } from '../command.ts'
import { endpointsOf, type RepoAddress, readRepoAddress } from '../repo-address.ts'
import { searchReport, searchTables } from '../reports/search.ts'
import { readValueList, writeValue } from '../value-list.ts'
import { answerSimilar } from './similar.ts'

interface SearchFlags {
  kind?: string[]
  filter?: string[]
  sort?: SearchSort
  facet?: string[]
  facetLimit: number
  limit: number
  offset: number
  explain: boolean
  similarTo?: string
}

/** `hubdex search`: words, filters and facets over the catalog. */
export async function searchAction(context: CommandContext, flags: SearchFlags, words: readonly string[]): Promise<number> {
  const checked = checkedFlags(flags, words)
  await using catalog = await openExistingCatalog(context)
  const address = readRepoAddress(checked.words, await endpointsOf(context, catalog))
  const { filters, unknown } = await resolveFilters(catalog.search, checked.filters)
  for (const value of unknown) context.log(unknownText(value))
  if (flags.similarTo !== undefined) {
    const resolved = new Map(Object.entries(filters)) as CheckedQuery['filters']
    return await answerSimilar(context, catalog, flags.similarTo, { ...checked, filters: resolved })
  }
  const { sort, ...known } = checked
  const query: SearchQuery = { ...known, filters, ...(sort === undefined ? {} : { sort }) }
  // One facet value more than is shown, to know whether there are more.
  const wider = { ...query, facetLimit: Math.min(MAX_LIMIT, checked.facetLimit + 1) }
  const result =
    address === undefined ? await catalog.search.search(wider) : await searchAddress(context, catalog, wider, address)
  if (flags.explain && result.explanations === undefined) context.log(NOT_EXPLAINED)
  context.answer(searchReport(query, result), () => searchTables(query, result, context.width))
  return 0
}

const NOT_EXPLAINED =
  'Ranks are not explained: Meilisearch ranks by rules without a cost, and the address of a repo finds that repo only.'

/** Finds the repo at the address by its current or a former id; without one, searches for the words of the id. */
async function searchAddress(
  context: CommandContext,
  { db, search }: OpenCatalog,
  query: SearchQuery,
  { kind, id }: RepoAddress,
): Promise<SearchResult> {
  const startedAt = performance.now()
  const repos = await findRepos(db, id, kind)
  const documents = await search.documents(repos.map(({ hubId }) => hubId))
  if (documents.length > 0) {
    return { ...searchAmong(documents, checkedQuery(query)), tookMs: performance.now() - startedAt }
  }
  context.log(`The search index has no ${kind} named ${id}; searching for the words of the name.`)
  return await search.search({ ...query, words: id, filters: { kind: [kind], ...query.filters } })
}

/** Validates flags before the catalog is opened, which takes a moment. */
function checkedFlags(flags: SearchFlags, words: readonly string[]): CheckedQuery {
  if (flags.similarTo !== undefined) refuseBesideSimilar(flags, words)
  try {
    return checkedQuery({
      words: words.join(' '),
      filters: filtersOf(flags),
      ...(flags.sort === undefined ? {} : { sort: flags.sort }),
      facets: (flags.facet ?? []).flatMap(facetsIn),
      facetLimit: flags.facetLimit,
      limit: flags.limit,
      offset: flags.offset,
      explain: flags.explain,
    })
  } catch (error) {
    if (error instanceof InvalidSearch) throw new UsageError(error.message, { cause: error })
    throw error
  }
}

function refuseBesideSimilar({ similarTo, sort, facet }: SearchFlags, words: readonly string[]): void {
  const refused = [words.length > 0 && 'words', sort !== undefined && '--sort', facet !== undefined && '--facet']
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

function unknownText({ field, value, meant }: UnknownValue): string {
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
