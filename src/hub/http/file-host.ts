import { isIP } from 'node:net'
import { isLoopbackHost } from '../../network/outbound-agent.ts'
import { type Endpoint, isLoopback } from '../endpoint.ts'

/** Names that do not exist in public DNS, whatever the local resolver answers. */
const INSIDE = /(^|\.)(localhost|local|localdomain|internal|intranet|private|lan|home|corp|home\.arpa|onion|test)$/

/**
 * Whether a file may be fetched from a host to which the Hub redirects. The live Hub keeps large files on other hosts
 * (`cas-bridge.xethub.hf.co` and others, not a fixed list). The host must be reached over https, on the default port and by a
 * public name, so that no redirect leads into the local network. The connection then checks the address of that name. A Hub on
 * this machine may redirect within this machine.
 */
export function mayServeFiles(to: URL, endpoint: Endpoint, fileHosts: readonly string[] = []): boolean {
  if (fileHosts.includes(to.host)) return /^https?:$/.test(to.protocol)
  if (isLoopbackHost(to.hostname)) return endpoint.origin.startsWith('http:') && isLoopback(endpoint)
  const host = to.hostname.replace(/^\[|\]$/g, '').replace(/\.$/, '')
  return to.protocol === 'https:' && to.port === '' && isIP(host) === 0 && host.includes('.') && !INSIDE.test(host)
}
