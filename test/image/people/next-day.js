// Cora, who has met nobody but the hub since, takes what it had acknowledged; Ana completes the exchange that was cut; Cora takes
// that, too: `next-day.js PASSPHRASE LEASES`, in Cora's namespace. Prints what there was.
import { readFile } from 'node:fs/promises'
import { BrowserSession } from '../browser-session.ts'
import { acknowledged, goOnline, KEPT, PAGE, phoneOf, statusOnPage, takes } from './people.js'

const [passphrase, leases] = process.argv.slice(2)
const { ana, cora } = JSON.parse(leases)
const { deviceId, projectId, taken, later } = JSON.parse(await readFile(`${KEPT}/days.json`, 'utf8'))
const camper = async (name, address) => {
  const phone = await phoneOf(name, address)
  return { phone, project: phone.project(projectId) }
}
const { hub, setup, warnings } = await statusOnPage()

const reader = await camper('cora', cora.ip)
await goOnline(reader, deviceId)
const before = await takes(reader, taken)
const writer = await camper('ana', ana.ip)
await goOnline(writer, deviceId)
await acknowledged(writer, deviceId)
await writer.phone.stop()
const after = await takes(reader, [...taken, ...later])
await reader.phone.stop()

const session = new BrowserSession(PAGE, passphrase)
await session.login()
const { photos } = await session.projectWith(projectId, { observations: after.observations })
const sameDevice = hub.deviceId === deviceId
console.log(
  JSON.stringify({ sameDevice, claimed: setup.claimed, warnings, before, after, onThePage: photos })
)
