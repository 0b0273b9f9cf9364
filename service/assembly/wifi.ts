import type { DeviceId } from '../ids.ts'
import type { AccessPoint } from '../network/access-point.ts'
import { HostapdAccessPoint } from '../network/hostapd-access-point.ts'
import { KeptSettings } from '../network/kept-settings.ts'
import { Network } from '../network/network.ts'
import { SimulatedAccessPoint } from '../network/simulated-access-point.ts'
import { HostUplink } from '../network/uplink/host-uplink.ts'
import { SimulatedUplink } from '../network/uplink/simulated-uplink.ts'
import type { Uplink } from '../network/uplink/uplink.ts'
import type { Peers } from '../peers/peers.ts'
import type { Foundation } from './foundation.ts'
import type { Keeping } from './keeping.ts'

/** Of the page on a network of our own, where the configuration leaves it open. */
const HTTP_PORT = 80
const HTTPS_PORT = 443

/** The connected devices by their address on the network. */
export function devicesByAddress(peers: Peers): Map<string, DeviceId> {
  return new Map([...peers.connected.values()].map(({ address, deviceId }) => [address, deviceId]))
}

/** The network that phones come by, or `null` where the hub has none of its own. Open it once phones can dial. */
export async function buildWifi(
  foundation: Foundation,
  { settings, hubName }: Keeping,
  peers: Peers
): Promise<Network | null> {
  const { config, clock, parts, loggerOf } = foundation
  const accessPoint = accessPointOf(foundation, peers)
  if (accessPoint === null) return null
  return new Network({
    accessPoint: await parts.open(accessPoint),
    uplink: await parts.open(uplinkOf(foundation, accessPoint)),
    store: await parts.open(
      new KeptSettings({
        section: {
          get: () => settings.get('network'),
          update: (change) => settings.update('network', change)
        },
        first: config.firstWifi,
        hubName
      })
    ),
    clock,
    logger: loggerOf('network')
  })
}

function accessPointOf({ config, clock, loggerOf }: Foundation, peers: Peers): AccessPoint | null {
  switch (config.network) {
    case 'simulated':
      return new SimulatedAccessPoint({
        clock,
        neighbours: () => [...devicesByAddress(peers).keys()],
        // Loaded here alone: it sets the language of the whole process.
        ownWifi: async () => (await import('../network/host/town-wifi.ts')).joinedWifi()
      })
    case 'hostapd':
      return new HostapdAccessPoint({
        ports: () => ({
          http: config.http.port || HTTP_PORT,
          ...(config.https !== null && { https: config.https.port || HTTPS_PORT }),
          sync: peers.port
        }),
        clock,
        logger: loggerOf('network')
      })
    case 'none':
      return null
  }
}

function uplinkOf({ config, clock, loggerOf }: Foundation, accessPoint: AccessPoint): Uplink {
  return config.network === 'hostapd'
    ? new HostUplink({
        ownInterface: () => accessPoint.interfaceName,
        clock,
        logger: loggerOf('network')
      })
    : new SimulatedUplink({ clock })
}
