// Runs in the machine of over-the-air.test.ts, on the people's own disk, as the other files here do.
import { mkdir } from 'node:fs/promises'
import { Phone as Radio } from '../../appliance/phone.js'
import { startPhone } from '../../phones/phone.ts'

/** The phones' radios: the hub takes the first one that there is. */
export const RADIOS = [new Radio('ana', 'wlan1'), new Radio('ben', 'wlan2'), new Radio('cora', 'wlan3')]
export const PAGE = 'http://waystation.lan'
/** What is kept from one day to the next. */
export const KEPT = '/kept'

/** The machine has no acceleration. */
const LIMIT_MS = 900_000

/** Ends with this process. */
const owner = {
  teardown: (end) => process.once('beforeExit', end),
  fail: (message) => {
    console.log(message)
    process.exit(1)
  }
}

/** @returns the phone of one of them, the same device each day @param address of its lease */
export async function phoneOf(name, address) {
  const directory = `${KEPT}/${name}`
  await mkdir(directory, { recursive: true })
  const place = { namespace: name, address }
  return startPhone(owner, { version: '7.1.0', name, directory, place, limitMs: LIMIT_MS })
}

export async function statusOnPage() {
  return (await fetch(`${PAGE}/api/status`)).json()
}

/** Dials the hub where multicast DNS alone says that it is, and presses Start. */
export async function goOnline({ phone, project }, deviceId) {
  await dialFound(phone, deviceId)
  await project.startSync()
}

export async function dialFound(phone, deviceId) {
  const { port, addresses } = await phone.findDevice()
  await phone.dial({ deviceId, port, host: String(addresses[0]) })
}

/** The phone is done when the hub has received everything; only what the page then says is a promise about the card. */
export async function acknowledged({ phone, project }, deviceId) {
  await project.doneWith(deviceId)
  while (
    !(await statusOnPage()).devices.some(({ id, state }) => id === phone.deviceId && state === 'up-to-date')
  ) {
    await new Promise((resolve) => setTimeout(resolve, 500))
  }
}

/** Takes documents and photos from whom it is connected to. @throws when a photo is another one */
export async function takes({ project }, taken) {
  await project.waitForVersions(taken)
  const photos = taken.flatMap(({ photos }) => photos)
  const got = await project.waitForPhotos(photos, 'original')
  const wrong = photos.filter(({ sha256 }, index) => sha256.original !== got[index])
  if (wrong.length > 0)
    throw new Error(`photos that are not the ones that were taken: ${JSON.stringify(wrong)}`)
  return { observations: taken.length, photos: photos.length }
}
