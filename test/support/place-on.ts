import { Namespace, type Ending, type Network } from '../netns.ts'
import type { Place, Phone } from '../phones/phone.ts'
import type { FoundDevice } from '../phones/commands.ts'

/** A machine of its own on a network, by its interface `wlan0`. */
export interface PlaceOnNetwork {
  namespace: Namespace
  /** What a phone or a hub is started with to be there. */
  place: Place
}

/** @param host last number of its address, which is 192.168.4.`host` */
export async function placeOn(owner: Ending, network: Network, host: number): Promise<PlaceOnNetwork> {
  const namespace = await Namespace.create(owner, `host${host}`)
  const address = `192.168.4.${host}`
  await network.attach(namespace, { name: 'wlan0', address: `${address}/24` })
  return { namespace, place: { namespace: namespace.name, address } }
}

/** As the app does: browses, and dials the first address of what it found. */
export async function dialFound(phone: Phone, deviceId: string): Promise<FoundDevice> {
  const found = await phone.findDevice()
  await phone.dial({ deviceId, port: found.port, host: String(found.addresses[0]) })
  return found
}
