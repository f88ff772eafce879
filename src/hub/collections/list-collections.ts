import type { HubContext } from '../context.ts'
import { apiUrl } from '../endpoint.ts'
import { BrokenAnswer, BrokenLink } from '../errors.ts'
import { traceOf } from '../http/response-error.ts'
import { nextLink } from '../listing/next-link.ts'
import { nextPageAddress } from '../listing/next-page-address.ts'
import { type Collection, readCollection } from './collection.ts'

export interface CollectionQuery {
  /** Any of these owners. */
  owners?: readonly string[] | undefined
  /** Any of these items, such as `models/owner/name`, `papers/2307.09288`. */
  items?: readonly string[] | undefined
  /** Part of the title or description. */
  text?: string | undefined
  /** @default trending */
  sort?: 'trending' | 'lastModified' | 'upvotes' | undefined
  /** Collections per request, at most 100. @default 100 */
  pageSize?: number | undefined
  signal?: AbortSignal | undefined
}

/**
 * Walks the list of collections to its end, or until the caller stops. Each has its first four items only. A page may be short
 * or empty before the end, because the Hub leaves out private ones after it has cut the page.
 *
 * @throws BrokenLink when a link leads elsewhere or in a circle; HubError otherwise
 */
export async function* listCollections(
  context: HubContext,
  { owners = [], items = [], text, sort, pageSize = 100, signal }: CollectionQuery,
): AsyncGenerator<Collection, void, void> {
  const query = new URLSearchParams([
    ...owners.map((owner) => ['owner', owner]),
    ...items.map((item) => ['item', item]),
    ...(text === undefined ? [] : [['q', text]]),
    ...(sort === undefined ? [] : [['sort', sort]]),
    ['limit', String(pageSize)],
  ])
  const route = apiUrl(context.endpoint, 'collections')
  const visited = new Set<string>()
  for (let url: string | undefined = `${route}?${query}`; url !== undefined; ) {
    visited.add(url)
    const answer = await context.requester.request(url, { route: 'fixed', answer: 'page', signal })
    const details = traceOf(url, 200, answer.headers)
    if (!Array.isArray(answer.json)) throw new BrokenAnswer('The collections were not a JSON array, expected one.', details)
    for (const one of answer.json) yield readCollection(one, details)
    const link = nextLink(answer.headers['link'])
    url = link === undefined ? undefined : nextPageAddress(context, link, { url: answer.url, route, query }, details)
    if (url !== undefined && visited.has(url)) {
      throw new BrokenLink('The link to the next page leads back to a page of this list, expected a new one.', details)
    }
  }
}
