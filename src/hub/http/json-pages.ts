import type { HubContext } from '../context.ts'
import { apiUrl } from '../endpoint.ts'
import { BrokenAnswer, BrokenLink } from '../errors.ts'
import { nextLink } from '../listing/next-link.ts'
import { nextPageAddress } from '../listing/next-page-address.ts'
import type { Call } from './attempt.ts'
import { traceOf } from './response-error.ts'

export interface JsonPage {
  /** As they came, without any check. */
  items: unknown[]
  /** `X-Total-Count`, if the server sent it. */
  total: number | undefined
}

/**
 * Walks a list that is a JSON array with `Link` headers, page by page. A page may be empty or short without being the last.
 *
 * @param path below `/api/`
 * @throws BrokenLink when a link leads to another route or in a circle; BrokenAnswer when a page is no array; HubError otherwise
 */
export async function* jsonPages(
  context: HubContext,
  path: string,
  query: URLSearchParams,
  call: Pick<Call, 'route' | 'answer' | 'signal'>,
): AsyncGenerator<JsonPage, void, void> {
  const { endpoint, requester } = context
  const visited = new Set<string>()
  let url: string | undefined = apiUrl(endpoint, path, query)
  while (url !== undefined) {
    visited.add(url)
    const answer = await requester.request(url, call)
    const details = traceOf(answer.url, 200, answer.headers)
    if (!Array.isArray(answer.json)) {
      throw new BrokenAnswer(`${path} was ${answer.json === null ? 'null' : typeof answer.json}, expected an array.`, details)
    }
    const total = Number(answer.headers['x-total-count'] ?? Number.NaN)
    yield { items: answer.json, total: Number.isSafeInteger(total) ? total : undefined }
    const link = nextLink(answer.headers['link'])
    // After a redirect, the links continue at the new name.
    const source = { url: answer.url, route: answer.url.replace(/\?.*$/s, ''), query: new URL(answer.url).searchParams }
    url = link === undefined ? undefined : nextPageAddress(context, link, source, details)
    if (url !== undefined && visited.has(url)) {
      throw new BrokenLink('The link to the next page leads back to a page of this list, expected a new one.', details)
    }
  }
}
