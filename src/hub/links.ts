import { type Endpoint, homeOf } from './endpoint.ts'
import { BrokenLink, type HubErrorDetails } from './errors.ts'
import { forMessage } from './for-message.ts'

/** The server that everything is asked of. */
interface Home {
  endpoint: Endpoint
  /** Takes note of an address that names another server, where it is asked for on the endpoint. */
  readdressed(from: URL): void
}

/** Where a link of a listing stood, and what was asked for there. */
export interface LinkSource {
  /** Relative links are resolved against it. */
  url: string
  /** The route of the listing on the endpoint. */
  route: string
  query: URLSearchParams
}

/**
 * The address on the endpoint that a link to the next page stands for. A mirror or a caching proxy passes on the links of
 * the Hub behind it, which name that Hub, or leave out the prefix of the proxy's own path: when route and parameters are
 * those that were asked for, the page is asked for on the endpoint. Nothing is ever sent anywhere else.
 *
 * @throws BrokenLink when it leads to another route, or to other repos
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
      'parameters of this page. It was not followed, since it may be a trap; set the endpoint to the host that answers.',
    details,
  )
}

/** Parameters that differ from page to page. */
const PAGE_PARAMETERS: ReadonlySet<string> = new Set(['cursor', 'limit', 'skip'])

function asksForTheSame(linked: URLSearchParams, asked: URLSearchParams): boolean {
  const names = [...asked.keys()].filter((name) => !PAGE_PARAMETERS.has(name))
  return names.every((name) => linked.getAll(name).join('\n') === asked.getAll(name).join('\n'))
}
