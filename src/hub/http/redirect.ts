import type { Headers } from '../budget/rate-limit.ts'
import { type Endpoint, homeOf } from '../endpoint.ts'
import { BrokenAnswer, ForeignRedirect, Refused } from '../errors.ts'
import { forMessage } from '../for-message.ts'
import type { Attempt, RequestSpec } from './attempt.ts'

export interface Redirect {
  headers: Headers
  location: string
}

/**
 * The URL to which a redirect leads.
 *
 * @throws Refused for a change; BrokenAnswer for a location that is no URL; ForeignRedirect for another host
 */
export function redirectTarget(
  { url, what }: Pick<Attempt, 'url' | 'what'>,
  { method, mayLeave }: Pick<RequestSpec<unknown>, 'method' | 'mayLeave'>,
  { headers, location }: Redirect,
  endpoint: Endpoint,
): string {
  const { origin } = endpoint
  const details = { url, requestId: headers['x-request-id'] }
  if (method !== 'GET') {
    const message =
      `${what} was redirected to ${forMessage(location)}. Nothing was changed, because the name may belong to another ` +
      'repo by now; look up the repo and use its current name.'
    throw new Refused(message, details)
  }
  const to = redirectAddress(location, url, endpoint)
  if (to === undefined) {
    throw new BrokenAnswer(`${what} was redirected to ${forMessage(location)}, expected a URL or a path.`, details)
  }
  if (to.origin === origin || mayLeave?.(to) === true) return to.href
  throw new ForeignRedirect(
    `${what} was redirected to ${to.origin}, a host other than ${origin}. The redirect was not followed. If the Hub has ` +
      'moved, set the endpoint to its new address; if it stores files there, see HUBDEX_FILE_HOSTS.',
    { ...details, to: to.href },
  )
}

/**
 * The URL that a `Location` stands for. The endpoint itself is meant by a route of the Hub that lacks the prefix of the
 * endpoint's path, and by an http URL of an https endpoint.
 */
function redirectAddress(location: string, from: string, endpoint: Endpoint): URL | undefined {
  const to = URL.parse(location, from)
  if (to === null) return undefined
  const home = homeOf(to, endpoint)
  const isRouteOfHub = /^\/api\/|\/resolve\//.test(home.pathname.slice(endpoint.path.length))
  // A host that redirects all of http to https means it.
  return isRouteOfHub && to.host === home.host && home.href !== from ? home : to
}
