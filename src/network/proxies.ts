export interface ForwardProxy {
  /** http or https, with user and password if the proxy requires them. */
  url: string
  /** The environment variable that names it. */
  variable: string
}

/** The proxies for reaching hosts, as in the usual environment variables. */
export interface Proxies {
  /** For https URLs. */
  https?: ForwardProxy | undefined
  /** For http URLs. */
  http?: ForwardProxy | undefined
  /** Hosts that are reached without a proxy, in the form of `NO_PROXY`. */
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

/** A proxy could not be reached. `cause` says why, and is missing for a proxy of an unsupported kind. */
export class ProxyUnreachable extends Error {
  override readonly name = 'ProxyUnreachable'

  constructor(cause?: Error) {
    super(cause?.message ?? 'it is a SOCKS proxy, and only those with http:// or https:// are supported.', { cause })
  }
}
