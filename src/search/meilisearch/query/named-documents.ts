import type { CheckedQuery } from '../../checked-query.ts'
import { typedNameOf } from '../../text/query-words.ts'
import { filterExpressions, isOneOf, rangeExpressions } from '../encoding/filter.ts'
import { encodeName, keyOf } from '../encoding/stored-document.ts'
import type { MeilisearchConnection } from '../server/connection.ts'
import { multiSearch, type Query } from '../server/multi-search.ts'

/** The documents that a query names in full. */
export interface NamedDocuments {
  /** Finds them, in order. */
  query: Query
  keys: string[]
}

/** The documents beyond are ranked like all others, which puts them next. */
const MAX_NAMED = 1_000

/**
 * Finds documents whose id or name is the whole text: the user means these, whatever else matches. No ranking rule can put them
 * first, hence the separate query. Undefined if there are none.
 */
export async function namedDocuments(
  connection: MeilisearchConnection,
  { words, filters, ranges }: CheckedQuery,
  base: Query,
): Promise<NamedDocuments | undefined> {
  const typed = typedNameOf(words)
  if (typed === undefined) return undefined
  const names = typed.id === undefined ? [typed.joined, typed.sortedParts] : [typed.id]
  const query = {
    ...base,
    filter: [...filterExpressions(filters), ...rangeExpressions(ranges), isOneOf('names', names.map(encodeName))],
    sort: ['popularity:desc', 'order:asc'],
  }
  const queries = new Map([['keys', { ...query, attributesToRetrieve: ['hubId'], limit: MAX_NAMED }]])
  const hits = (await multiSearch(connection, queries)).get('keys')?.hits ?? []
  return hits.length === 0 ? undefined : { query, keys: hits.map(({ hubId }) => keyOf(hubId)) }
}
