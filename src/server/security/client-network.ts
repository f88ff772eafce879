import { isIP, isIPv6 } from 'node:net'

/**
 * The network that a client counts as: an IPv4 address is one, and so is an IPv6 /64, which is what a single household or
 * machine is given. What is no address, as a proxy may pass on, counts as one network.
 */
export function clientNetworkOf(address: string): string {
  const bare = address.replace(/%.*$/, '')
  if (!isIPv6(bare)) return isIP(bare) === 0 ? 'unknown' : bare
  const groups = groupsOf(bare)
  if (groups.slice(0, 6).join(':') === '0:0:0:0:0:ffff') return dotted(groups[6] ?? '', groups[7] ?? '')
  return `${groups.slice(0, 4).join(':')}::/64`
}

/** The eight groups of an IPv6 address, each without leading zeros. The URL parser knows all ways to write one. */
function groupsOf(address: string): string[] {
  const canonical = URL.parse(`http://[${address}]`)?.hostname.slice(1, -1) ?? ''
  const [head = [], tail = []] = canonical.split('::').map((part) => part.split(':').filter((group) => group !== ''))
  return [...head, ...Array.from({ length: 8 - head.length - tail.length }, () => '0'), ...tail]
}

/** The IPv4 address that two groups of a mapped one stand for. */
function dotted(high: string, low: string): string {
  return [high, low]
    .map((group) => Number.parseInt(group, 16))
    .flatMap((number) => [number >> 8, number & 0xff])
    .join('.')
}
