/** glibc reads no more. */
const SERVERS_MAX = 3

/**
 * The name servers of the way out, for the hub itself and for phones that it shares the way with.
 * @param networkManager its resolv.conf, or nothing while it runs no network
 * @param networkd /run/systemd/netif/state, or nothing
 */
export function resolvConf({
  networkManager,
  networkd
}: {
  networkManager: string
  networkd: string
}): string {
  const ofWifi = [...networkManager.matchAll(/^nameserver (\S+)$/gm)].map(([, server]) => server)
  const ofCable = (/^DNS=(.*)$/m.exec(networkd)?.[1] ?? '').split(' ').filter((server) => server !== '')
  return [...new Set([...ofWifi, ...ofCable])]
    .slice(0, SERVERS_MAX)
    .map((server) => `nameserver ${server}\n`)
    .join('')
}
