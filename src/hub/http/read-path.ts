import type { HubContext } from '../context.ts'
import { Refused } from '../errors.ts'
import { forMessage } from '../for-message.ts'
import { nextLink } from '../listing/next-link.ts'
import { nextPageAddress } from '../listing/next-page-address.ts'
import { traceOf } from './response-error.ts'

export interface ReadAnswer {
  bytes: Buffer
  contentType: string | undefined
  /** The address of the next page on the endpoint, if the answer is a page of a list. */
  next: string | undefined
}

/**
 * Reads any path of the Hub, such as `/api/models?limit=1`, or an address on it.
 *
 * @param maxBytes more of the answer is an error
 * @throws Refused for an address on another host, or a larger answer; HubError otherwise
 */
export async function readPath(
  context: HubContext,
  path: string,
  { maxBytes, signal }: { maxBytes: number; signal?: AbortSignal | undefined },
): Promise<ReadAnswer> {
  const { endpoint, requester } = context
  const home = endpoint.origin + endpoint.path
  const given = URL.canParse(path) ? path : `${home}/${path.replace(/^\/+/, '')}`
  if (!URL.canParse(given) || new URL(given).origin !== endpoint.origin) {
    throw new Refused(`${forMessage(path)} is not on ${home}; nothing was sent. Expected a path such as /api/models?limit=1.`)
  }
  const answer = await requester.file(given, { route: 'repo', maxBytes: maxBytes + 1, signal })
  if (answer.body.length > maxBytes) {
    throw new Refused(`${forMessage(path)} is larger than ${maxBytes} bytes. Read files with \`hubdex hub files get\`.`)
  }
  const { url, headers } = answer
  const link = nextLink(headers['link'])
  const source = { url, route: url.replace(/\?.*$/s, ''), query: new URL(url).searchParams }
  const next = link === undefined ? undefined : nextPageAddress(context, link, source, traceOf(url, 200, headers))
  return { bytes: answer.body, contentType: headers['content-type'], next }
}
