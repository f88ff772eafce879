import { lookup as lookUp } from 'node:dns'
import { isIP, type LookupFunction } from 'node:net'
import ipaddr from 'ipaddr.js'
import { buildConnector } from 'undici'

/** A host has no public address: it is this machine, or is in its local network. */
export class InsideAddress extends Error {
  override readonly name = 'InsideAddress'

  constructor(host: string, addresses: readonly string[]) {
    super(isIP(host) === 0 ? `${host} has the address ${addresses.join(', ')}` : host)
  }
}

/**
 * Whether an address is public. An IPv4 address embedded in an IPv6 address, as in networks without IPv4 (RFC 6052), is
 * judged as the IPv4 address.
 */
export function isPublicAddress(text: string): boolean {
  if (!ipaddr.isValid(text)) return false
  const address = ipaddr.process(text)
  if (address.kind() === 'ipv4') return address.range() === 'unicast'
  const bytes = address.toByteArray()
  if (address.range() === 'rfc6052') return isPublicAddress(bytes.slice(12).join('.'))
  // All other public addresses lie in 2000::/3.
  return address.range() === 'unicast' && ((bytes[0] ?? 0) & 0xe0) === 0x20
}

/** Connects to public addresses only. A name is judged by the addresses that the connection then uses. */
export function publicConnector(options: buildConnector.BuildOptions): buildConnector.connector {
  const connect = buildConnector({ ...options, lookup: lookUpPublic } as buildConnector.BuildOptions)
  return (target, callback) => {
    const host = target.hostname.replace(/^\[|\]$/g, '')
    // An IP address is not looked up.
    if (isIP(host) === 0 || isPublicAddress(host)) connect(target, callback)
    else callback(new InsideAddress(host, [host]), null)
  }
}

const lookUpPublic: LookupFunction = (host, options, callback) => {
  lookUp(host, { ...options, all: true }, (error, found) => {
    if (error !== null) return callback(error, '')
    const open = found.filter(({ address }) => isPublicAddress(address))
    const [first] = open
    if (first === undefined) {
      const addresses = found.map(({ address }) => address)
      return callback(new InsideAddress(host, addresses), '')
    }
    if (options.all === true) callback(null, open)
    else callback(null, first.address, first.family)
  })
}
