import { type Endpoint, homeOf } from '../endpoint.ts'
import { BrokenLink, type HubErrorDetails } from '../errors.ts'
import { forMessage } from '../for-message.ts'

/** The server that all pages are requested from. */
interface Home {
  endpoint: Endpoint
  /** Records that an address names another server; it is requested from the endpoint instead. */
  readdressed(from: URL): void
}

/** Where a link of a listing was found, and what was requested there. */
export interface LinkSource {
  /** The base for relative links. */
  url: string
  /** The route of the listing on the endpoint. */
  route: string
  query: URLSearchParams
}

/**
 * The URL on the endpoint for a link to the next page. A mirror or a caching proxy passes on the links of the Hub behind it.
 * These name that Hub, or lack the prefix of the proxy's own path. If their route and parameters are those that were
 * requested, the page is requested from the endpoint. No request ever goes to another host.
 *
 * @throws BrokenLink when the link leads to another route, or to other repos
 */
export function nextPageAddress(
  { endpoint, readdressed }: Home,
  link: string,
  { url, route, query }: LinkSource,
  details: HubErrorDetails,
): string {
  const target = URL.parse(link, url)
  const { origin, pathname } = new URL(route)
  if (target?.origin === origin && target.pathname === pathname) return URL.canParse(link) ? link : target.href
  const home = target === null ? undefined : homeOf(target, endpoint)
  if (target !== null && home?.pathname === pathname && asksForTheSame(home.searchParams, query)) {
    readdressed(target)
    return home.href
  }
  const isOtherHost = target !== null && target.origin !== origin
  const found = target === null ? 'no URL' : isOtherHost ? target.origin : target.pathname
  throw new BrokenLink(
    `The link to the next page leads to ${forMessage(found)}, expected ${isOtherHost ? origin : pathname} with the ` +
      'parameters of this page. The link was not followed, since it may be a trap; set the endpoint to the host that answers.',
    details,
  )
}

/** Parameters that differ from page to page. */
const PAGE_PARAMETERS: ReadonlySet<string> = new Set(['cursor', 'limit', 'skip'])

function asksForTheSame(linked: URLSearchParams, asked: URLSearchParams): boolean {
  const names = [...asked.keys()].filter((name) => !PAGE_PARAMETERS.has(name))
  return names.every((name) => linked.getAll(name).join('\n') === asked.getAll(name).join('\n'))
}
