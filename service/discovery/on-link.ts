import ipaddr from 'ipaddr.js'
import type { UsableInterface } from './network-interfaces.ts'

/**
 * RFC 6762 section 11: a packet from outside of the interface's own subnet did not come from this link and is ignored.
 *
 * @param address IPv4, as the socket reports it
 */
export function isOnLink(address: string, link: Pick<UsableInterface, 'address' | 'netmask'>): boolean {
  if (!ipaddr.IPv4.isValidFourPartDecimal(address)) return false
  const prefixLength = ipaddr.IPv4.parse(link.netmask).prefixLengthFromSubnetMask() ?? 32
  return ipaddr.IPv4.parse(address).match(ipaddr.IPv4.parse(link.address), prefixLength)
}
