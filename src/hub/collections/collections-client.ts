import type { HubContext } from '../context.ts'
import { apiUrl } from '../endpoint.ts'
import { Refused } from '../errors.ts'
import { changeOnce, type WriteOptions } from '../http/change-once.ts'
import type { ChangeAnswer } from '../http/requester.ts'
import { traceOf } from '../http/response-error.ts'
import { jsonObject } from '../http/server-message.ts'
import { isSegment } from '../repos/path.ts'
import { type Collection, readCollection } from './collection.ts'
import { type CollectionPage, type CollectionQuery, collectionPages } from './collection-pages.ts'
import { listCollections } from './list-collections.ts'

interface NewCollection {
  /** At most 60 characters. */
  title: string
  /** The account that will own it. */
  namespace: string
  /** At most 150 characters. */
  description?: string | undefined
  private?: boolean | undefined
  /** The `_id` of a resource group of the organization, whose members may then change the collection. */
  resourceGroupId?: string | undefined
}

/** What is left out stays unchanged. */
interface CollectionChanges {
  title?: string | undefined
  description?: string | undefined
  private?: boolean | undefined
  /** Among the collections of its owner. */
  position?: number | undefined
  theme?: string | undefined
}

interface ItemChanges {
  /** At most 500 characters. */
  note?: string | undefined
  position?: number | undefined
}

/** Collections are named by their slugs, current or former. All changes need a token. */
export interface CollectionsClient {
  list(query?: CollectionQuery): AsyncIterable<Collection>
  /** The same list page by page, as it came. @param from a saved `next` link to continue from */
  pages(query: CollectionQuery, from?: string): AsyncIterable<CollectionPage>
  /** @throws RepoNotFound when it is missing or hidden */
  get(slug: string, options?: WriteOptions): Promise<Collection>
  /** @throws Refused with status 409 and the slug in `answer` when the owner has one of this title; OutcomeUnknown */
  create(collection: NewCollection, options?: WriteOptions): Promise<Collection>
  update(slug: string, changes: CollectionChanges, options?: WriteOptions): Promise<Collection>
  /** Puts a collection of an organization into a resource group; null takes it out. */
  setResourceGroup(slug: string, resourceGroupId: string | null, options?: WriteOptions): Promise<void>
  delete(slug: string, options?: WriteOptions): Promise<void>
  /**
   * Adds an item at the end.
   *
   * @returns false when it was there already
   * @throws RepoNotFound when the item does not exist
   */
  addItem(slug: string, item: { type: string; id: string; note?: string | undefined }, options?: WriteOptions): Promise<boolean>
  updateItem(slug: string, itemId: string, changes: ItemChanges, options?: WriteOptions): Promise<void>
  /** Changes several items in one request: all or none. */
  updateItems(slug: string, changes: readonly ({ itemId: string } & ItemChanges)[], options?: WriteOptions): Promise<void>
  deleteItem(slug: string, itemId: string, options?: WriteOptions): Promise<void>
}

export function collectionsClient(context: HubContext): CollectionsClient {
  const { endpoint, requester } = context
  return {
    list: (query = {}) => listCollections(context, query),
    pages: (query, from) => collectionPages(context, query, from),
    get: async (slug, { signal } = {}) => {
      const call = { route: 'repo', answer: 'repo', signal } as const
      const { json, url, headers } = await requester.request(apiUrl(endpoint, pathOf(slug)), call)
      return readCollection(json, traceOf(url, 200, headers))
    },
    create: async (collection, options) =>
      read(await changeOnce(context, 'collections', { method: 'POST', json: { ...collection } }, 'The collection', options)),
    update: async (slug, changes, { signal } = {}) => {
      const json = { ...changes }
      const url = apiUrl(endpoint, pathOf(slug))
      return read(await requester.change(url, { method: 'PATCH', json, route: 'change', signal }))
    },
    setResourceGroup: async (slug, resourceGroupId, { signal } = {}) => {
      const url = apiUrl(endpoint, `${pathOf(slug)}/resource-group`)
      await requester.change(url, { method: 'POST', json: { resourceGroupId }, route: 'change', signal })
    },
    delete: async (slug, options) => {
      await changeOnce(context, pathOf(slug), { method: 'DELETE' }, 'The collection', options)
    },
    addItem: async (slug, { type, id, note }, { signal } = {}) => {
      const json = { item: { type, id }, ...(note === undefined ? {} : { note }) }
      try {
        await requester.change(apiUrl(endpoint, `${pathOf(slug)}/items`), { method: 'POST', json, route: 'change', signal })
        return true
      } catch (error) {
        if (error instanceof Refused && error.status === 409) return false
        throw error
      }
    },
    updateItem: async (slug, itemId, changes, { signal } = {}) => {
      const url = apiUrl(endpoint, `${pathOf(slug)}/items/${segment(itemId)}`)
      await requester.change(url, { method: 'PATCH', json: { ...changes }, route: 'change', signal })
    },
    updateItems: async (slug, changes, { signal } = {}) => {
      const json = changes.map(({ itemId, ...data }) => ({ action: 'update', _id: itemId, data }))
      const url = apiUrl(endpoint, `${pathOf(slug)}/items/batch`)
      await requester.change(url, { method: 'POST', json, route: 'change', signal })
    },
    deleteItem: async (slug, itemId, options) => {
      await changeOnce(context, `${pathOf(slug)}/items/${segment(itemId)}`, { method: 'DELETE' }, 'The item', options)
    },
  }
}

/** @throws Refused when the slug would make the URL name something else */
function pathOf(slug: string): string {
  const parts = slug.split('/')
  if (parts.length === 2) return `collections/${parts.map(segment).join('/')}`
  throw new Refused(`${JSON.stringify(slug.slice(0, 200))} cannot name a collection, expected owner/title-id.`)
}

function segment(text: string): string {
  if (isSegment(text)) return encodeURIComponent(text)
  throw new Refused(`${JSON.stringify(text.slice(0, 200))} cannot name a collection or an item, expected owner/title-id.`)
}

/** The answer to an update has a wrapper. */
function read({ text, url, headers }: ChangeAnswer): Collection {
  const json = jsonObject(text)
  return readCollection(json?.['data'] ?? json, traceOf(url, 200, headers))
}
