import type { SecureContext } from 'node:tls'
import { Agent, buildConnector, type Dispatcher, EnvHttpProxyAgent, Pool } from 'undici'
import { type ForwardProxy, isSocks, type Proxies, ProxyUnreachable } from './proxies.ts'
import { publicConnector } from './public-address.ts'

/** How this machine reaches other hosts. */
export interface Network {
  proxies?: Proxies | undefined
  /** @default what Node.js trusts */
  trust?: SecureContext | undefined
}

export interface OutboundOptions {
  network: Network
  connections: number
  connectTimeoutMs: number
  /** Whether only public addresses may be connected to. Behind a proxy, the proxy decides. */
  isPublicOnly?: boolean
}

/** The proxy for a URL, unless `NO_PROXY` names its host. This machine itself is never reached through a proxy. */
export function proxyOf(url: URL, { proxies }: Network): ForwardProxy | undefined {
  return isLoopbackHost(url.hostname) ? undefined : url.protocol === 'https:' ? proxies?.https : proxies?.http
}

export function isLoopbackHost(hostname: string): boolean {
  return /^(localhost|127(\.\d+){3}|\[::1\])$/.test(hostname)
}

/** Connections to all hosts of one scheme, through the proxy if there is one. */
export function outboundAgent(proxy: ForwardProxy | undefined, options: OutboundOptions): Dispatcher {
  const { network, connections, connectTimeoutMs, isPublicOnly = false } = options
  const tls = network.trust === undefined ? {} : { secureContext: network.trust }
  const connecting = { timeout: connectTimeoutMs, allowH2: false, ...tls }
  const direct = {
    connections,
    // With one request per connection, `connections` bounds the concurrency and a broken connection costs one request.
    allowH2: false,
    connect: isPublicOnly ? publicConnector(connecting) : buildConnector(connecting),
  }
  if (proxy === undefined) return new Agent(direct)
  const { href, origin: proxyOrigin } = addressOf(proxy)
  return new EnvHttpProxyAgent({
    ...direct,
    httpProxy: href,
    httpsProxy: href,
    // If this were missing, undici would read the environment.
    noProxy: network.proxies?.none ?? '',
    connectTimeout: connectTimeoutMs,
    requestTls: tls,
    proxyTls: tls,
    // The time limit for a proxy to answer CONNECT is that for a host to accept a connection.
    clientFactory: (origin, given) => new Pool(origin, { ...blaming(proxy, given), headersTimeout: connectTimeoutMs }),
    factory: (origin, given) =>
      new Pool(origin, new URL(origin).origin === proxyOrigin ? { ...blaming(proxy, given), connections } : given),
  })
}

/** For a proxy of an unsupported kind, a URL that undici accepts; undici still decides whether the proxy applies. */
function addressOf(proxy: ForwardProxy): URL {
  return new URL(isSocks(proxy) ? proxy.url.replace(/^socks\w*:/i, 'http:') : proxy.url)
}

/** The same options, with a connector that reports an unreachable proxy as such and not as an unreachable host. */
function blaming(proxy: ForwardProxy, { connect, ...options }: Pool.Options): Pool.Options {
  const connectToProxy: buildConnector.connector = (target, callback) => {
    if (isSocks(proxy) || typeof connect !== 'function') return callback(new ProxyUnreachable(), null)
    connect(target, (...[error, socket]) =>
      error === null ? callback(null, socket) : callback(new ProxyUnreachable(error), null),
    )
  }
  return { ...options, connect: connectToProxy }
}
