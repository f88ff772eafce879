import type { MultiSearchParams, MultiSearchQuery, MultiSearchResult } from 'meilisearch'
import { SearchUnavailable } from '../../search-unavailable.ts'
import type { StoredDocument } from '../encoding/stored-document.ts'
import type { MeilisearchConnection } from './connection.ts'
import { RefusedRequest } from './http.ts'

export type Query = MultiSearchQuery

export type Answer = MultiSearchResult<StoredDocument>

/**
 * Runs several queries in one request.
 * @param isOptional whether a refusal with this code means that there are no answers
 * @returns the answers by the names of the queries
 */
export async function multiSearch(
  connection: MeilisearchConnection,
  queries: ReadonlyMap<string, Query>,
  { isOptional = () => false }: { isOptional?: (code: string | undefined) => boolean } = {},
): Promise<Map<string, Answer>> {
  if (queries.size === 0) return new Map()
  try {
    const { results } = await connection.askOnce(() =>
      connection.client.multiSearch<MultiSearchParams, StoredDocument>({ queries: [...queries.values()] }),
    )
    return new Map([...queries.keys()].map((name, index) => [name, results[index] as Answer]))
  } catch (error) {
    if (!(error instanceof RefusedRequest)) throw error
    if (error.code === UNKNOWN_ATTRIBUTE) return await multiSearch(connection, anywhere(queries), { isOptional })
    if (isOptional(error.code)) return new Map()
    throw brokenIndex(connection, error)
  }
}

/** The settings of the index were changed by hand, or are of an older version. They are restored soon. */
const UNKNOWN_ATTRIBUTE = 'invalid_search_attributes_to_search_on'

function anywhere(queries: ReadonlyMap<string, Query>): Map<string, Query> {
  return new Map([...queries].map(([name, { attributesToSearchOn: _, ...query }]) => [name, query]))
}

/** All user input is validated and encoded beforehand, so a refusal is not caused by the query. */
function brokenIndex({ address, index }: MeilisearchConnection, error: RefusedRequest): SearchUnavailable {
  return new SearchUnavailable(
    'broken-index',
    `The index ${index.uid} in Meilisearch at ${address} cannot be searched: ${error.message} ` +
      'If it was deleted or its settings were changed, run `hubdex index rebuild`.',
    { cause: error },
  )
}
