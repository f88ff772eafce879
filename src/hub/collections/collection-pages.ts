import type { HubContext } from '../context.ts'
import { apiUrl } from '../endpoint.ts'
import { BrokenAnswer, BrokenLink } from '../errors.ts'
import { traceOf } from '../http/response-error.ts'
import { httpDateOf } from '../instant.ts'
import { nextLink } from '../listing/next-link.ts'
import { nextPageAddress } from '../listing/next-page-address.ts'
import { WalkProgress } from '../listing/walk-progress.ts'

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

export interface CollectionPage {
  /** As they came, without any check. Each has its first four items only. */
  items: unknown[]
  /** The URL of the next page on the endpoint; undefined on the last page. Save it to continue from there later. */
  next: string | undefined
  requests: number
  /** The server's clock when it answered, in milliseconds since 1970, if the server sent it. */
  serverTimeMs: number | undefined
  /** The URL of the page, for errors. */
  url: string
}

/**
 * Walks the list of collections page by page, to its end or until the caller stops. A page may be short or empty before the
 * end, because the Hub leaves out private ones after it has cut the page.
 *
 * @param from a saved `next` link to continue from
 * @throws BrokenLink when a link leads elsewhere or in a circle; BrokenAnswer when too many pages contain nothing new; HubError
 * otherwise
 */
export async function* collectionPages(
  context: HubContext,
  { owners = [], items = [], text, sort, pageSize = 100, signal }: CollectionQuery,
  from?: string,
): AsyncGenerator<CollectionPage, void, void> {
  const query = new URLSearchParams([
    ...owners.map((owner) => ['owner', owner]),
    ...items.map((item) => ['item', item]),
    ...(text === undefined ? [] : [['q', text]]),
    ...(sort === undefined ? [] : [['sort', sort]]),
    ['limit', String(pageSize)],
  ])
  const route = apiUrl(context.endpoint, 'collections')
  const first = `${route}?${query}`
  const visited = new Set<string>()
  const progress = new WalkProgress()
  let url = from === undefined ? first : nextPageAddress(context, from, { url: route, route, query }, { url: from })
  for (;;) {
    visited.add(url)
    const answer = await context.requester.request(url, { route: 'fixed', answer: 'page', signal })
    const { json, headers, requests } = answer
    const details = traceOf(url, 200, headers)
    if (!Array.isArray(json)) throw new BrokenAnswer('The collections were not a JSON array, expected one.', details)
    const link = nextLink(headers['link'])
    const next = link === undefined ? undefined : nextPageAddress(context, link, { url: answer.url, route, query }, details)
    if (next !== undefined) {
      if (visited.has(next)) {
        throw new BrokenLink('The link to the next page leads back to a page of this list, expected a new one.', details)
      }
      progress.check(json, details)
    }
    yield { items: json, next, requests, serverTimeMs: httpDateOf(headers['date'] ?? ''), url }
    if (next === undefined) return
    url = next
  }
}
