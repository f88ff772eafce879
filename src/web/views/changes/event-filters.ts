import { CATALOG_KINDS, type CatalogKind } from '../../../hub/kinds.ts'
import { EVENT_NAMES, type RepoEvent } from '../../components/event-text.tsx'

/** Which events; an empty list means all. */
export interface EventFilters {
  kinds: readonly CatalogKind[]
  types: readonly RepoEvent['event'][]
  authors: readonly string[]
  /** Names or hub ids of repos. */
  ids: readonly string[]
}

export function readEventFilters(query: URLSearchParams): EventFilters {
  const types = Object.keys(EVENT_NAMES) as RepoEvent['event'][]
  return {
    kinds: CATALOG_KINDS.filter((kind) => query.getAll('kind').includes(kind)),
    types: types.filter((type) => query.getAll('type').includes(type)),
    authors: query.getAll('author').filter((author) => author !== ''),
    ids: query.getAll('id').filter((id) => id !== ''),
  }
}

/** The parameters of the API, which the address of the page has, too. */
export function eventParameters({ kinds, types, authors, ids }: EventFilters) {
  return { kind: kinds, type: types, author: authors, id: ids }
}
