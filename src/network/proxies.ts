export interface ForwardProxy {
  /** http or https, with user and password where the proxy wants them. */
  url: string
  /** The variable that names it. */
  variable: string
}

/** Through what to reach hosts, as the usual variables say. */
export interface Proxies {
  /** For https addresses. */
  https?: ForwardProxy | undefined
  /** For http addresses. */
  http?: ForwardProxy | undefined
  /** Hosts that are reached directly, in the form of `NO_PROXY`. */
  none?: string | undefined
}

/** For messages: without user and password. */
export function proxyLabel({ url, variable }: ForwardProxy): string {
  const { protocol, host } = new URL(url)
  return `${protocol}//${host} (${variable})`
}

export function isSocks({ url }: ForwardProxy): boolean {
  return new URL(url).protocol.startsWith('socks')
}

/** What kept a proxy from being reached, the cause; none where the proxy is of a kind that cannot be used. */
export class ProxyUnreachable extends Error {
  override readonly name = 'ProxyUnreachable'

  constructor(cause?: Error) {
    super(cause?.message ?? 'it is a SOCKS proxy, and only those with http:// or https:// are supported.', { cause })
  }
}
