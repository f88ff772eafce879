import type { MultiSearchParams, MultiSearchQuery, MultiSearchResult } from 'meilisearch'
import { SearchUnavailable } from '../search-unavailable.ts'
import type { MeilisearchConnection } from './connection.ts'
import type { StoredDocument } from './encoding/stored-document.ts'
import { RefusedRequest } from './http.ts'

export type Query = MultiSearchQuery

export type Answer = MultiSearchResult<StoredDocument>

/** Asks several queries in one request. @returns the answers under the names of the queries */
export async function multiSearch(
  connection: MeilisearchConnection,
  queries: ReadonlyMap<string, Query>,
): Promise<Map<string, Answer>> {
  if (queries.size === 0) return new Map()
  try {
    const { results } = await connection.askOnce(() =>
      connection.client.multiSearch<MultiSearchParams, StoredDocument>({ queries: [...queries.values()] }),
    )
    return new Map([...queries.keys()].map((name, index) => [name, results[index] as Answer]))
  } catch (error) {
    if (error instanceof RefusedRequest) throw brokenIndex(connection, error)
    throw error
  }
}

/** All that a user can give is checked and coded before, so what is refused is not the query's fault. */
function brokenIndex({ address, index }: MeilisearchConnection, error: RefusedRequest): SearchUnavailable {
  return new SearchUnavailable(
    `The index ${index.uid} in Meilisearch at ${address} cannot be searched: ${error.message} ` +
      'If somebody deleted it or changed its settings, `hubdex index rebuild` makes it anew.',
    { cause: error },
  )
}
