import type { HubContext } from '../context.ts'
import { traceOf } from '../http/response-error.ts'
import { type Collection, readCollection } from './collection.ts'
import { type CollectionQuery, collectionPages } from './collection-pages.ts'

/**
 * Walks the list of collections to its end, or until the caller stops. Each has its first four items only.
 *
 * @throws BrokenLink when a link leads elsewhere or in a circle; HubError otherwise
 */
export async function* listCollections(context: HubContext, query: CollectionQuery): AsyncGenerator<Collection, void, void> {
  for await (const { items, url } of collectionPages(context, query)) {
    for (const item of items) yield readCollection(item, traceOf(url, 200, {}))
  }
}
