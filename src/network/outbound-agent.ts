import type { SecureContext } from 'node:tls'
import { Agent, buildConnector, type Dispatcher, EnvHttpProxyAgent, Pool } from 'undici'
import { type ForwardProxy, isSocks, type Proxies, ProxyUnreachable } from './proxies.ts'
import { publicConnector } from './public-address.ts'

/** How this machine reaches others. */
export interface Network {
  proxies?: Proxies | undefined
  /** @default what Node.js trusts */
  trust?: SecureContext | undefined
}

export interface OutboundOptions {
  network: Network
  connections: number
  connectTimeoutMs: number
  /** Whether only public addresses may be connected to. Behind a proxy that is the proxy's to see to. */
  isPublicOnly?: boolean
}

/** The proxy for an address, unless `NO_PROXY` has its host. This machine is never reached through one. */
export function proxyOf(url: URL, { proxies }: Network): ForwardProxy | undefined {
  return isLoopbackHost(url.hostname) ? undefined : url.protocol === 'https:' ? proxies?.https : proxies?.http
}

export function isLoopbackHost(hostname: string): boolean {
  return /^(localhost|127(\.\d+){3}|\[::1\])$/.test(hostname)
}

/** Connections to all hosts of one scheme, through its proxy where it has one. */
export function outboundAgent(proxy: ForwardProxy | undefined, options: OutboundOptions): Dispatcher {
  const { network, connections, connectTimeoutMs, isPublicOnly = false } = options
  const tls = network.trust === undefined ? {} : { secureContext: network.trust }
  const connecting = { timeout: connectTimeoutMs, allowH2: false, ...tls }
  const direct = {
    connections,
    // One connection per request keeps `connections` the bound on concurrency, and a broken one costs a single request.
    allowH2: false,
    connect: isPublicOnly ? publicConnector(connecting) : buildConnector(connecting),
  }
  if (proxy === undefined) return new Agent(direct)
  const { href, origin: proxyOrigin } = addressOf(proxy)
  return new EnvHttpProxyAgent({
    ...direct,
    httpProxy: href,
    httpsProxy: href,
    // Left out, undici would read the environment.
    noProxy: network.proxies?.none ?? '',
    connectTimeout: connectTimeoutMs,
    requestTls: tls,
    proxyTls: tls,
    // A proxy that is asked for a connection has as long to answer as a host has to take one.
    clientFactory: (origin, given) => new Pool(origin, { ...blaming(proxy, given), headersTimeout: connectTimeoutMs }),
    factory: (origin, given) =>
      new Pool(origin, new URL(origin).origin === proxyOrigin ? { ...blaming(proxy, given), connections } : given),
  })
}

/** Of one that cannot be used, one that undici takes: whether it would be used is undici's to find out. */
function addressOf(proxy: ForwardProxy): URL {
  return new URL(isSocks(proxy) ? proxy.url.replace(/^socks\w*:/i, 'http:') : proxy.url)
}

/** The same options, under which a proxy that cannot be reached is not taken for the host behind it. */
function blaming(proxy: ForwardProxy, { connect, ...options }: Pool.Options): Pool.Options {
  const connectToProxy: buildConnector.connector = (target, callback) => {
    if (isSocks(proxy) || typeof connect !== 'function') return callback(new ProxyUnreachable(), null)
    connect(target, (...[error, socket]) =>
      error === null ? callback(null, socket) : callback(new ProxyUnreachable(error), null),
    )
  }
  return { ...options, connect: connectToProxy }
}
