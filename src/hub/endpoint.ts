import { canonicalUrl } from '../config/url-spelling.ts'
import { isLoopbackHost } from '../network/outbound-agent.ts'

/** The server that requests go to. The token goes to no other. */
export interface Endpoint {
  /** Scheme, host and port. */
  readonly origin: string
  /** Without a trailing slash. Not empty when a proxy serves the Hub under a prefix. */
  readonly path: string
}

/** @throws TypeError when the text is not a usable http(s) URL; the message does not repeat a password in it */
export function parseEndpoint(text: string): Endpoint {
  const expected = 'Expected something like https://huggingface.co; correct the endpoint setting (HF_ENDPOINT).'
  // In a mistyped URL, a password may stand anywhere before the @, and parsing would not find it.
  const shown = JSON.stringify(text.replace(/^.*@/s, '…@'))
  if (!URL.canParse(text)) throw new TypeError(`The endpoint ${shown} is not a URL. ${expected}`)
  const url = new URL(text)
  if (url.username !== '' || url.password !== '') {
    throw new TypeError(`The endpoint at ${url.host} has a user name or password in it. ${expected}`)
  }
  if (url.protocol !== 'http:' && url.protocol !== 'https:') {
    throw new TypeError(`The endpoint ${shown} is not an http or https URL. ${expected}`)
  }
  if (url.search !== '' || url.hash !== '') {
    throw new TypeError(`The endpoint ${shown} has a query or a fragment. ${expected}`)
  }
  const { origin, pathname } = new URL(canonicalUrl(text))
  return { origin, path: pathname === '/' ? '' : pathname }
}

/** The URL of an API route; `path` has no leading slash. */
export function apiUrl(endpoint: Endpoint, path: string, query: URLSearchParams = new URLSearchParams()): string {
  const search = query.size === 0 ? '' : `?${query}`
  return `${endpoint.origin}${endpoint.path}/api/${path}${search}`
}

/** The URL of anything else on the Hub; `path` has no leading slash. */
export function hubUrl(endpoint: Endpoint, path: string): string {
  return `${endpoint.origin}${endpoint.path}/${path}`
}

/** The same path and query on the endpoint, below its prefix. */
export function homeOf({ pathname, search }: URL, { origin, path }: Endpoint): URL {
  const below = pathname.startsWith(`${path}/`) ? pathname.slice(path.length) : pathname
  return new URL(`${origin}${path}${below}${search}`)
}

/** Whether traffic stays within the machine, where compression costs more than it saves. */
export function isLoopback(endpoint: Endpoint): boolean {
  return isLoopbackHost(new URL(endpoint.origin).hostname)
}
