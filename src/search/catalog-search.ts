import type { Kysely } from 'kysely'
import { hubEndpoint } from '../catalog/passes/hub-endpoint.ts'
import { findRepos } from '../catalog/repos/reads.ts'
import type { Database } from '../catalog/schema.ts'
import { type RepoAddress, readRepoAddress } from '../hub/repos/repo-address.ts'
import { type CheckedQuery, checkedQuery, MAX_LIMIT } from './checked-query.ts'
import { hitMatches } from './matches/hit-matches.ts'
import { resolveFilters, type UnknownValue } from './resolve-filters.ts'
import { searchAmong } from './search-among.ts'
import type { SearchEngine, SearchQuery, SearchResult } from './search-engine.ts'
import type { SearchAnswer } from './search-report.ts'
import type { Embedder } from './semantic/embedder.ts'
import { type SemanticUse, searchByMeaning } from './semantic/search-by-meaning.ts'
import { didYouMean } from './suggest/did-you-mean.ts'

/** A catalog with its search engine. */
export interface SearchableCatalog {
  db: Kysely<Database>
  search: SearchEngine
  /** For searches by meaning. */
  embedder?: Embedder | undefined
}

export interface CatalogSearch {
  /** As it was understood. */
  query: SearchQuery
  /** Facets have one value more than the query shows, to know whether there are more. */
  result: SearchAnswer
  /** Filter values that no repo has. */
  unknown: UnknownValue[]
  /** The repo whose address was searched, if the index lacks it. The words of its name were searched instead. */
  missing: RepoAddress | undefined
  /** Whether vectors took part; null if they were not asked for. */
  semantic: SemanticUse | null
}

/**
 * Searches as people do: filter values in any letter case, and the address of a repo, which finds that repo.
 * @param endpoints addresses of the Hub
 * @param ratio how much meaning counts beside words, from 0 to 1
 * @throws InvalidAddress for the address of something else
 */
export async function searchCatalog(
  catalog: SearchableCatalog,
  checked: CheckedQuery,
  endpoints: readonly string[],
  ratio = 0,
): Promise<CatalogSearch> {
  const address = readRepoAddress(checked.words, endpoints)
  const { filters, unknown } = await resolveFilters(catalog.search, checked.filters)
  const { sort, meaning: _, ...known } = checked
  const query = { ...known, filters, ...(sort === undefined ? {} : { sort }) }
  const wider = { ...query, facetLimit: Math.min(MAX_LIMIT, checked.facetLimit + 1) }
  const atAddress = address === undefined ? undefined : await searchAddress(catalog, wider, address)
  if (atAddress !== undefined) return { query, result: atAddress, unknown, missing: undefined, semantic: null }
  const sought = address === undefined ? wider : { ...wider, words: address.id, filters: { kind: [address.kind], ...filters } }
  const { result, semantic } = await searchByMeaning({ embedder: undefined, ...catalog }, sought, ratio)
  const more = {
    matches: await hitMatches(catalog.db, sought.words, result.hits),
    didYouMean: await didYouMean(catalog.search, sought, result),
  }
  return { query, result: { ...result, ...more }, unknown, missing: address, semantic }
}

/** Finds the repo at the address by its current or a former id. */
async function searchAddress(
  { db, search }: SearchableCatalog,
  query: SearchQuery,
  { kind, id }: RepoAddress,
): Promise<SearchResult | undefined> {
  const startedAt = performance.now()
  const repos = await findRepos(db, id, kind)
  const documents = await search.documents(repos.map(({ hubId }) => hubId))
  if (documents.length === 0) return undefined
  return { ...searchAmong(documents, checkedQuery(query)), tookMs: performance.now() - startedAt }
}

/** The configured address of the Hub, and the one that the catalog was crawled from. */
export async function endpointsOf(db: Kysely<Database>, endpoint: string): Promise<string[]> {
  const own = await hubEndpoint(db)
  return own === undefined ? [endpoint] : [endpoint, own]
}
