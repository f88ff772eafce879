import { isIP } from 'node:net'
import { type Endpoint, isLoopback } from './endpoint.ts'

/**
 * Whether a file may be fetched from a host to which the Hub redirects: the live Hub keeps large files elsewhere
 * (`cas-bridge.xethub.hf.co` and others, not a fixed list). It must be reached over https and by a name, so that no redirect
 * leads into the network that we run in. A Hub on this machine may redirect within this machine.
 */
export function mayServeFiles(to: URL, endpoint: Endpoint): boolean {
  if (isLoopback({ origin: to.origin, path: '' })) return endpoint.origin.startsWith('http:') && isLoopback(endpoint)
  const host = to.hostname.replace(/^\[|\]$/g, '')
  return to.protocol === 'https:' && isIP(host) === 0 && host.includes('.')
}
