import { pino } from 'pino'
import { Network } from '../../service/network/network.ts'
import { initialNetworkSettings, type NetworkSettings } from '../../service/network/network-settings.ts'
import { SimulatedAccessPoint } from '../../service/network/simulated-access-point.ts'
import { SimulatedUplink } from '../../service/network/uplink/simulated-uplink.ts'
import type { PhoneOwner } from '../phones/phone.ts'
import { ManualClock } from './manual-clock.ts'

export const FIRST_SETTINGS = initialNetworkSettings({
  hubName: 'River hub',
  passphrase: 'k7wp-x3md-9qta-hn2e'
})

/** The simulated access point has started by then. */
export const STARTED_MS = 5_000

/** As an operator meets it: up, with the settings of the first start confirmed. */
export async function openNetwork(owner: Pick<PhoneOwner, 'teardown'>) {
  const clock = new ManualClock()
  let saved: NetworkSettings = FIRST_SETTINGS
  const accessPoint = new SimulatedAccessPoint({ clock })
  const uplink = new SimulatedUplink({ clock })
  const network = new Network({
    accessPoint,
    uplink,
    store: { read: () => saved, save: async (settings) => void (saved = settings) },
    clock,
    logger: pino({ level: 'silent' })
  })
  await accessPoint.ready()
  await uplink.ready()
  await network.ready()
  const settle = async () => {
    await new Promise(setImmediate)
    clock.move(STARTED_MS)
  }
  await settle()
  owner.teardown(async () => {
    await network.close()
    await uplink.close()
    await accessPoint.close()
  })
  const onAir = () => (accessPoint.state.kind === 'up' ? accessPoint.state.running.ssid : null)
  return { clock, network, accessPoint, settle, onAir, saved: () => saved }
}
