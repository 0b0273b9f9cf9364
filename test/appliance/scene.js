// Who is there: the hub, the phones, and the radios.
import { readFile } from 'node:fs/promises'
import { run, sh, until } from './machine.js'
import { Phone } from './phone.js'

export const ana = new Phone('ana', 'wlan1')
export const ben = new Phone('ben', 'wlan2')
export const town = new Phone('town', 'wlan3')
/** Somebody at the other end of a cable. */
export const outside = new Phone('outside', 'up1')

/** The network as it was when it was up for the first time, and the address of the hub on it. */
export let hub
export let address

/** Places the phones, and starts the hub on the one radio that is left. */
export async function powerOn() {
  await sh('mount -t tmpfs tmpfs /run/netns 2>/dev/null; mkdir -p /run/netns; true')
  for (const phone of [ana, ben, town]) await phone.place()
  await sh('ip netns add spare')
  await putSecondRadioAway()
  await run('systemctl', 'start', '--no-block', 'waystation.service')
  hub = await until('the network is up', isUp())
  address = hub.running.address
}

export const operator = async (path, init = {}) => {
  const token = (await readFile('/var/lib/waystation/keys/operator-token', 'utf8')).trim()
  const response = await fetch(`http://127.0.0.1${path}`, {
    ...init,
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json', ...init.headers }
  })
  return { status: response.status, body: await response.json() }
}
export const change = (settings) =>
  operator('/api/network', { method: 'PATCH', body: JSON.stringify(settings) })
export const network = async () => (await operator('/api/network')).body
export const isUp = (ssid) => async () => {
  const now = await network()
  return now.state === 'up' && (ssid === undefined || now.running.ssid === ssid) && now
}

/** Confirms the change on trial from a phone. @returns status of the answer */
export async function confirmedBy(phone) {
  const token = (await readFile('/var/lib/waystation/keys/operator-token', 'utf8')).trim()
  return phone.curl(
    ...['-X', 'POST', '-o', '/dev/null', '-w', '%{http_code}', '-H', `authorization: Bearer ${token}`],
    `http://${address}/api/network/confirm`
  )
}

/** Places a wish, and waits until the service has fulfilled it. */
export async function fulfilled(settings) {
  const answerId = async () => JSON.parse(await readFile('/run/waystation-network/answer.json', 'utf8')).id
  const before = await answerId()
  await change(settings)
  await until('the wish is fulfilled', async () => (await answerId()) !== before)
  return until('the network is up', isUp())
}

export const joinHub = async (phone, key) => {
  const { ssid, passphrase } = hub.settings
  await phone.join({ ssid, passphrase, key })
  await phone.joined()
  return phone.lease()
}

/** Into nobody's hands. */
export async function putSecondRadioAway() {
  await sh('iw phy $(iw dev wlan4 info | sed -n "s/.*wiphy /phy/p") set netns name spare')
}

/** Of the radio that was in nobody's hands, if it still is. */
export async function plugInSecondRadio() {
  await sh(
    '[ -e /sys/class/net/wlan4 ] || ip netns exec spare iw phy $(ip netns exec spare iw dev wlan4 info | sed -n "s/.*wiphy /phy/p") set netns 1'
  )
}

/** Takes the radio of the hub away, as when it is pulled out. @returns what puts it back */
export async function pullOutRadio() {
  const phy = (await sh('iw dev wlan0 info | sed -n "s/.*wiphy /phy/p"')).trim()
  await sh(`iw phy ${phy} set netns name spare`)
  return () => sh(`ip netns exec spare iw phy ${phy} set netns 1`)
}
