import ipaddr from 'ipaddr.js'

// CoMapeo peer protocol: phones drop a socket whose other end is not one of these, and so do we. No IPv6 counts.
const PRIVATE_RANGES = new Set(['private', 'carrierGradeNat', 'loopback', 'linkLocal'])

/**
 * @param address as Node reports it; an IPv4 address mapped into IPv6 counts as what it maps
 * @returns the plain IPv4 address when it is private, else null
 */
export function privateIPv4(address: string | undefined): string | null {
  if (address === undefined || !ipaddr.isValid(address)) return null
  const parsed = ipaddr.process(address)
  return parsed.kind() === 'ipv4' && PRIVATE_RANGES.has(parsed.range()) ? parsed.toString() : null
}

/** Whether this is the machine itself: what it says to itself, nobody on the network hears. */
export function isLoopback(address: string): boolean {
  return ipaddr.isValid(address) && ipaddr.process(address).range() === 'loopback'
}
