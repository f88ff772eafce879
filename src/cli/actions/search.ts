import { findRepos } from '../../catalog/repos/reads.ts'
import { type CheckedQuery, checkedQuery, MAX_LIMIT } from '../../search/checked-query.ts'
import { hitMatches } from '../../search/matches/hit-matches.ts'
import { resolveFilters } from '../../search/resolve-filters.ts'
import { searchAmong } from '../../search/search-among.ts'
import type { SearchQuery, SearchResult } from '../../search/search-engine.ts'
import { searchByMeaning } from '../../search/semantic/search-by-meaning.ts'
import { didYouMean } from '../../search/suggest/did-you-mean.ts'
import { type OpenCatalog, openExistingCatalog } from '../../service/open/catalog.ts'
import type { CommandContext } from '../command.ts'
import { endpointsOf, type RepoAddress, readRepoAddress } from '../repo-address.ts'
import { searchReport, searchTables } from '../reports/search.ts'
import { checkedFlags, type SearchFlags, unknownText } from '../search-flags.ts'
import { DEFAULT_RATIO } from '../search-ratio.ts'
import { answerSimilar } from './similar.ts'

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
  const { sort, meaning: _, ...known } = checked
  const query: SearchQuery = { ...known, filters, ...(sort === undefined ? {} : { sort }) }
  // One facet value more than is shown, to know whether there are more.
  const wider = { ...query, facetLimit: Math.min(MAX_LIMIT, checked.facetLimit + 1) }
  const { result, semantic } =
    address === undefined
      ? await searchByMeaning(catalog, wider, ratioOf(flags, context))
      : { result: await searchAddress(context, catalog, wider, address), semantic: null }
  if (semantic?.isUsed === false) context.log(`Searched by words only. ${semantic.reason.text}`)
  if (flags.explain && result.explanations === undefined) context.log(NOT_EXPLAINED)
  const answer =
    address === undefined
      ? {
          ...result,
          matches: await hitMatches(catalog.db, checked.words, result.hits),
          didYouMean: await didYouMean(catalog.search, query, result),
        }
      : result
  context.answer(searchReport(query, answer, semantic), () => searchTables(query, answer, context.width))
  return 0
}

function ratioOf({ semantic }: SearchFlags, { settings }: CommandContext): number {
  return semantic === true ? DEFAULT_RATIO : (semantic ?? settings.semanticRatio)
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
