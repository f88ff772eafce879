import { isIP, isIPv6 } from 'node:net'

/**
 * The network of a client: an IPv4 address, or an IPv6 /64, which a single household or machine gets. All invalid addresses,
 * which a proxy may forward, count as one network.
 */
export function clientNetworkOf(address: string): string {
  const bare = address.replace(/%.*$/, '')
  if (!isIPv6(bare)) return isIP(bare) === 0 ? 'unknown' : bare
  const groups = groupsOf(bare)
  if (groups.slice(0, 6).join(':') === '0:0:0:0:0:ffff') return dotted(groups[6] ?? '', groups[7] ?? '')
  return `${groups.slice(0, 4).join(':')}::/64`
}

/** The eight groups of an IPv6 address, each without leading zeros. The URL parser knows all notations. */
function groupsOf(address: string): string[] {
  const canonical = URL.parse(`http://[${address}]`)?.hostname.slice(1, -1) ?? ''
  const [head = [], tail = []] = canonical.split('::').map((part) => part.split(':').filter((group) => group !== ''))
  return [...head, ...Array.from({ length: 8 - head.length - tail.length }, () => '0'), ...tail]
}

/** The IPv4 address in the last two groups of a mapped IPv6 address. */
function dotted(high: string, low: string): string {
  return [high, low]
    .map((group) => Number.parseInt(group, 16))
    .flatMap((number) => [number >> 8, number & 0xff])
    .join('.')
}
