import { canonicalUrl } from '../config/url-spelling.ts'
import { isLoopbackHost } from '../network/outbound-agent.ts'

/** The one server that requests, and the token, ever go to. */
export interface Endpoint {
  /** Scheme, host and port. */
  readonly origin: string
  /** Without a slash at its end; not empty when a proxy serves the Hub under a prefix. */
  readonly path: string
}

/** @throws TypeError when the text is no usable http(s) URL; a password in it is not repeated */
export function parseEndpoint(text: string): Endpoint {
  const expected = 'Expected something like https://huggingface.co; correct the endpoint setting (HF_ENDPOINT).'
  // Mistyped, a password may stand anywhere before the @, and the URL's own parts do not tell.
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

/** The URL of an API route, `path` without a slash at its start. */
export function apiUrl(endpoint: Endpoint, path: string, query: URLSearchParams = new URLSearchParams()): string {
  const search = query.size === 0 ? '' : `?${query}`
  return `${endpoint.origin}${endpoint.path}/api/${path}${search}`
}

/** The URL of anything else on the Hub, `path` without a slash at its start. */
export function hubUrl(endpoint: Endpoint, path: string): string {
  return `${endpoint.origin}${endpoint.path}/${path}`
}

/** The same path and query on the endpoint, below its prefix. */
export function homeOf({ pathname, search }: URL, { origin, path }: Endpoint): URL {
  const below = pathname.startsWith(`${path}/`) ? pathname.slice(path.length) : pathname
  return new URL(`${origin}${path}${below}${search}`)
}

/** Traffic within the machine, where compressing costs more than it saves. */
export function isLoopback(endpoint: Endpoint): boolean {
  return isLoopbackHost(new URL(endpoint.origin).hostname)
}
