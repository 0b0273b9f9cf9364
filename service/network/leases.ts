/** @param text dnsmasq's lease file: expiry, MAC, address, hostname or `*`, client id, one lease a line */
export function parseLeases(text: string): Map<string, { address: string; hostname: string | null }> {
  const byMac = new Map<string, { address: string; hostname: string | null }>()
  for (const line of text.split('\n')) {
    const [, mac, address, hostname] = line.split(' ')
    if (mac === undefined || address === undefined) continue
    byMac.set(mac.toLowerCase(), {
      address,
      hostname: hostname === undefined || hostname === '*' ? null : hostname
    })
  }
  return byMac
}
