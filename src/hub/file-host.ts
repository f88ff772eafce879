import { isIP } from 'node:net'
import { isLoopbackHost } from '../network/outbound-agent.ts'
import { type Endpoint, isLoopback } from './endpoint.ts'

/** Names that no public DNS has, whatever the one that we ask says of them. */
const INSIDE = /(^|\.)(localhost|local|localdomain|internal|intranet|private|lan|home|corp|home\.arpa|onion|test)$/

/**
 * Whether a file may be fetched from a host to which the Hub redirects: the live Hub keeps large files elsewhere
 * (`cas-bridge.xethub.hf.co` and others, not a fixed list). It must be reached over https, on its usual port and by a public
 * name, so that no redirect leads into the network that we run in; the address that the name then has is judged when it is
 * connected to. A Hub on this machine may redirect within this machine.
 */
export function mayServeFiles(to: URL, endpoint: Endpoint, fileHosts: readonly string[] = []): boolean {
  if (fileHosts.includes(to.host)) return /^https?:$/.test(to.protocol)
  if (isLoopbackHost(to.hostname)) return endpoint.origin.startsWith('http:') && isLoopback(endpoint)
  const host = to.hostname.replace(/^\[|\]$/g, '').replace(/\.$/, '')
  return to.protocol === 'https:' && to.port === '' && isIP(host) === 0 && host.includes('.') && !INSIDE.test(host)
}
