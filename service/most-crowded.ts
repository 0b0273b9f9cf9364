/**
 * Who has most of something that there is too little of.
 * @param addresses one for each that is in use
 * @returns the address that comes most often, of equals the one that came first; null when there are none
 */
export function mostCrowded<Address>(addresses: readonly Address[]): Address | null {
  const counts = new Map<Address, number>()
  for (const address of addresses) counts.set(address, (counts.get(address) ?? 0) + 1)
  const [most] = [...counts].sort(([, a], [, b]) => b - a)
  return most?.[0] ?? null
}
