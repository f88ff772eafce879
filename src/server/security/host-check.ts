import { isIP } from 'node:net'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { HttpProblem, sendProblem } from '../http/problem.ts'
import { leaveBodyUnread } from '../util/unread-body.ts'
import { isLoopback } from './loopback.ts'

/** The names under which a server is reached, and its proxies. */
export interface ServerAccess {
  /** The address or name to listen on. */
  host: string
  /** Further names of the server, in lower case. */
  allowedHosts: readonly string[]
  /** Addresses and networks of proxies whose `X-Forwarded-For` and `X-Forwarded-Host` are trusted. */
  trustedProxies: readonly string[]
}

declare module 'fastify' {
  interface FastifyContextConfig {
    /** The route accepts any host name, because something else protects it. */
    takesAnyHost?: boolean
  }
}

/**
 * Creates a hook that refuses requests for host names other than this server's, to prevent DNS rebinding: if the name of
 * another site resolves to this server, browsers let its pages read everything here. Such a page needs a name in the public
 * DNS, so these are safe:
 *
 * - IP addresses, `localhost` and names below it, which are not looked up in DNS
 * - the name that the server listens on, and those of HUBDEX_ALLOWED_HOSTS
 * - names without a dot, such as service names of Docker or Kubernetes, unless the server listens only on loopback: the
 *   public DNS has no such names, and loopback needs none
 */
export function hostCheck({ host, allowedHosts }: ServerAccess, basePath: string) {
  const allowed = new Set([nameIn(host), ...allowedHosts])
  const isLocal = isLoopback(host)
  const isAllowed = (name: string) =>
    allowed.has(name) || isAddress(name) || /^(.+\.)?localhost$/.test(name) || (!isLocal && !name.includes('.'))

  return async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply | undefined> => {
    if (request.routeOptions.config.takesAnyHost === true) return undefined
    const refusal = refusalOf(request, isAllowed)
    if (refusal === undefined) return undefined
    leaveBodyUnread(request, reply)
    // Not thrown: a part of the server may have an error handler of its own.
    return sendProblem(reply, new HttpProblem(421, 'wrong-host', refusal), basePath)
  }
}

function refusalOf(request: FastifyRequest, isAllowed: (name: string) => boolean): string | undefined {
  const [host = '', ...more] = hostsOf(request)
  // From a trusted proxy, `request.host` is the client's. It never replaces the Host header, because pages can set it.
  for (const name of [nameIn(host), nameIn(request.host), nameIn(authorityIn(request.raw.url) ?? host)]) {
    if (name === undefined || more.length > 0) return 'Expected one Host header with the name of this server.'
    if (isAllowed(name)) continue
    return (
      `${name.slice(0, 100)} is not a name of this server. If it should be, as behind a proxy, add it to ` +
      'HUBDEX_ALLOWED_HOSTS; otherwise use the address of the server.'
    )
  }
  return undefined
}

/** All Host headers: Node keeps only the first. */
function hostsOf({ raw }: FastifyRequest): string[] {
  return raw.rawHeaders.filter((_, index, all) => index % 2 === 1 && all[index - 1]?.toLowerCase() === 'host')
}

/** The host of a request with a full URL, as sent to a proxy, which replaces the Host header. */
function authorityIn(target = ''): string | undefined {
  return /^[a-z][a-z0-9+.-]*:\/\/([^/?#]*)/i.exec(target)?.[1]
}

/** The name in `name:port` as a browser reads it, without a final dot; undefined if there is none. */
function nameIn(host: string): string | undefined {
  if (!/^[\w.:[\]-]+$/.test(host)) return undefined
  const bracketed = isIP(host) === 6 ? `[${host}]` : host
  return URL.parse(`http://${bracketed}`)?.hostname.replace(/\.$/, '') || undefined
}

function isAddress(name: string): boolean {
  return name.startsWith('[') || isIP(name) === 4
}
