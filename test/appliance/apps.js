import { LIMIT_MS } from './machine.js'
import { operator } from './scene.js'

/**
 * Runs something with phones that have the app, and ends them.
 * @param body is given what starts one, at a place: a namespace and an address there
 */
export async function withApps(body) {
  const { startPhone } = await import('../phones/phone.ts')
  const ends = []
  const owner = {
    teardown: (end) => ends.push(end),
    fail: (message) => console.log(`# a phone ended: ${message}`)
  }
  try {
    await body((place, version, name) => startPhone(owner, { version, name, place, limitMs: LIMIT_MS }))
  } finally {
    for (const end of ends.reverse()) await end()
  }
}

export const ownDeviceId = async () => (await operator('/api/status')).body.hub.deviceId

/** Dials the hub where multicast DNS says that it is. */
export async function dialFound(app) {
  const { port, addresses } = await app.findDevice()
  await app.dial({ deviceId: await ownDeviceId(), port, host: String(addresses[0]) })
}
