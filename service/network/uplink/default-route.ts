/**
 * @param text /proc/net/route: interface, destination, gateway, flags, refcnt, use, metric, mask …; addresses in hex
 * @returns the interface by which other networks are reached, the best of several; null when by none
 */
export function defaultRouteInterface(text: string): string | null {
  const [best] = text
    .split('\n')
    .slice(1)
    .map((line) => line.trim().split(/\s+/))
    .filter(([, destination, gateway]) => destination === '00000000' && gateway !== '00000000')
    .map(([name = '', , , , , , metric]) => ({ name, metric: Number(metric) }))
    .sort((one, other) => one.metric - other.metric)
  return best?.name ?? null
}
