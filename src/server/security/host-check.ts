import { isIP } from 'node:net'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { leaveBodyUnread } from '../util/unread-body.ts'

/** By which names a server is reached, and through whom. */
export interface ServerAccess {
  /** The address that it listens on. */
  host: string
  /** Names other than those of this machine, in lower case. */
  allowedHosts: readonly string[]
  /** Addresses and networks of proxies whose `X-Forwarded-For` and `X-Forwarded-Host` are believed. */
  trustedProxies: readonly string[]
}

declare module 'fastify' {
  interface FastifyContextConfig {
    /** The route may be called by any name: something else protects it. */
    takesAnyHost?: boolean
  }
}

/**
 * Refuses requests for a name that is not one of this server. DNS rebinding is what this stops: a page of another site whose
 * name resolves to this server counts for a browser as a page of this server, and would read everything here. Such a page
 * has to come by a name of its own in the public DNS. These are therefore safe:
 *
 * - IP addresses, `localhost` and names below it, which no DNS server is asked for
 * - the name that the server listens on, and those of HUBDEX_ALLOWED_HOSTS
 * - names without a dot, such as a service name of Docker or Kubernetes, unless the server listens on loopback alone: the
 *   public DNS serves none, and nobody needs one to reach loopback
 *
 * @returns a hook for Fastify
 */
export function hostCheck({ host, allowedHosts }: ServerAccess) {
  const allowed = new Set([nameIn(host), ...allowedHosts])
  const isLocal = isLoopback(host)
  const isAllowed = (name: string) =>
    allowed.has(name) || isAddress(name) || /^(.+\.)?localhost$/.test(name) || (!isLocal && !name.includes('.'))

  return async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply | undefined> => {
    if (request.routeOptions.config.takesAnyHost === true) return undefined
    const refusal = refusalOf(request, isAllowed)
    if (refusal === undefined) return undefined
    leaveBodyUnread(request, reply)
    return await reply.code(421).send({ error: refusal })
  }
}

function refusalOf(request: FastifyRequest, isAllowed: (name: string) => boolean): string | undefined {
  const [host = '', ...more] = hostsOf(request)
  // From a trusted proxy, `request.host` is what its client asked for. It never replaces Host itself: a page can set it.
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

/** All of them: Node itself keeps the first of several. */
function hostsOf({ raw }: FastifyRequest): string[] {
  return raw.rawHeaders.filter((_, index, all) => index % 2 === 1 && all[index - 1]?.toLowerCase() === 'host')
}

/** What stands in place of a Host header where a request names a whole address, as one to a proxy does. */
function authorityIn(target = ''): string | undefined {
  return /^[a-z][a-z0-9+.-]*:\/\/([^/?#]*)/i.exec(target)?.[1]
}

/** The name in `name:port` as a browser reads it, without a final dot. Undefined where there is none. */
function nameIn(host: string): string | undefined {
  if (!/^[\w.:[\]-]+$/.test(host)) return undefined
  const bracketed = isIP(host) === 6 ? `[${host}]` : host
  return URL.parse(`http://${bracketed}`)?.hostname.replace(/\.$/, '') || undefined
}

function isAddress(name: string): boolean {
  return name.startsWith('[') || isIP(name) === 4
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127\./.test(host)
}
