// Ana claims the hub and invites it, leaves what she has and goes; Ben takes it: `first-day.js PASSPHRASE LEASES`, in Ana's
// namespace, and thus with her browser. Ends in the middle of an exchange: somebody has to cut the power then.
import { writeFile } from 'node:fs/promises'
import { inviteDirectly } from '../../support/invite-directly.ts'
import { BrowserSession } from '../browser-session.ts'
import { acknowledged, dialFound, goOnline, KEPT, PAGE, phoneOf, statusOnPage, takes } from './people.js'

const PHOTO_BYTES = 300_000
const [passphrase, leases] = process.argv.slice(2)
const { ana, ben, cora } = JSON.parse(leases)

if (!(await (await fetch(PAGE)).text()).includes('<html')) throw new Error('there is no page')
const { hub } = await statusOnPage()
const { deviceId } = hub
const session = new BrowserSession(PAGE, passphrase)
await session.claim()
console.log('claimed')

const anas = await phoneOf('ana', ana.ip)
const project = await anas.createProject('Forest')
const writer = { phone: anas, project }
const readers = {}
for (const [name, { ip }] of Object.entries({ ben, cora })) {
  const phone = await phoneOf(name, ip)
  readers[name] = { phone, project: await inviteDirectly({ inviter: anas, project }, phone) }
  await phone.disconnect()
}
await anas.disconnect()
await readers.cora.phone.stop() // until the next day
console.log('invited each other')

await dialFound(anas, deviceId)
const [decision] = await Promise.all([project.invite(deviceId), session.acceptInvite()])
if (decision !== 'ACCEPT') throw new Error(`the hub answered ${decision}`)
await project.waitForMember(deviceId, { role: 'member' })
await project.startSync()
const observe = () => project.observeMany(5, { photos: 1, photoBytes: PHOTO_BYTES })
const taken = await observe()
await acknowledged(writer, deviceId)
await anas.disconnect()
console.log('the hub has it')

await goOnline(readers.ben, deviceId)
await takes(readers.ben, taken)
await readers.ben.phone.disconnect()
console.log('Ben has it')

const later = await observe()
await writeFile(`${KEPT}/days.json`, JSON.stringify({ deviceId, projectId: project.id, taken, later }))
await goOnline(writer, deviceId)
console.log('in the middle')
