import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import t, { type Test } from 'tap'
import { random, randomMoment, rounds, seed } from '../faults/rounds.ts'
import type { TakenObservation } from '../phones/commands.ts'
import { startPhone } from '../phones/phone.ts'
import { goOnline, type Camper } from '../support/camp.ts'
import { inviteDirectly } from '../support/invite-directly.ts'
import { BrowserSession } from './browser-session.ts'
import { Machine } from './machine.ts'

const IMAGE =
  process.env['WAYSTATION_IMAGE'] ??
  fileURLToPath(new URL('../../image/out/pc/waystation.img', import.meta.url))
const skip = !existsSync(IMAGE) && `there is no ${IMAGE}: make image-pc`

/** Phones wait longer than on a table: the machine has no acceleration. */
const PHONE_LIMIT_MS = 600_000
const PHOTO_BYTES = 300_000
/** Of a disk of 4 GiB, boot partition and slots take 1.1; the image brings a data partition of a quarter of one. */
const LEAST_DATA_BYTES = 2 * 1024 ** 3
/** As long as an exchange of one batch takes on a busy machine. */
const CUT_WITHIN_MS = 6_000

t.test(`power on, exchange, pulled plugs (seed ${seed})`, { skip }, async (t) => {
  const phone = (name: string) => startPhone(t, { version: '7.1.0', name, limitMs: PHONE_LIMIT_MS })
  const [machine, ana, ben, cora] = await Promise.all([
    Machine.make(t, { image: IMAGE, name: 'River house' }),
    phone('Ana'),
    phone('Ben'),
    phone('Cora')
  ])
  const first = await machine.powerOn('uefi')
  t.match(first, { hub: { name: 'River house' }, setup: { claimed: false }, warnings: [] })
  t.ok(first.storage.totalBytes > LEAST_DATA_BYTES, 'the data partition reaches to the end of the disk')
  const deviceId = machine.deviceId

  const project = await ana.createProject('Forest')
  const writer: Camper = { phone: ana, project }
  const reader: Camper = { phone: ben, project: await inviteDirectly({ inviter: ana, project }, ben) }
  const latecomer: Camper = { phone: cora, project: await inviteDirectly({ inviter: ana, project }, cora) }
  for (const { phone } of [writer, reader, latecomer]) await phone.disconnect()

  const session = new BrowserSession(machine.url, 'lluvia tambor nube siete')
  await session.claim()
  await ana.dial(machine.address)
  const [decision] = await Promise.all([project.invite(deviceId), session.acceptInvite()])
  t.equal(decision, 'ACCEPT')
  await project.waitForMember(deviceId, { role: 'member' })

  const acknowledged: TakenObservation[] = []
  let acknowledgedAt = first.hub.clock
  /** The phone is done when the hub has received everything; only what the page then says is a promise about the card. */
  async function acknowledge(taken: readonly TakenObservation[]) {
    await project.doneWith(deviceId)
    const { hub } = await machine.serves(({ devices }) =>
      devices.some(({ id, state }) => id === ana.deviceId && state === 'up-to-date')
    )
    acknowledged.push(...taken)
    acknowledgedAt = hub.clock
  }
  const observe = () => project.observeMany(1 + random.below(10), { photos: 1, photoBytes: PHOTO_BYTES })

  await project.startSync()
  await acknowledge(await observe())
  t.comment(`first exchange: ${acknowledged.length} observations with photos`)

  for (let cut = 0; cut < rounds(5); cut++) {
    await t.test(`cut ${cut}`, async (t) => {
      const taken = await observe()
      // Half of the cuts come as soon as the phone is done, the others in the middle of the exchange.
      if (cut % 2 === 0) await acknowledge(taken)
      else await randomMoment(CUT_WITHIN_MS)
      const { flushed, kept, lost } = await machine.cutPower(random)
      t.comment(`${acknowledged.length} acknowledged; writes flushed ${flushed}, kept ${kept}, lost ${lost}`)
      await ana.disconnect()

      const status = await machine.powerOn('bios')
      t.equal(status.hub.deviceId, deviceId, 'it is the same device')
      t.same(status.warnings, [], 'it misses nothing')
      t.equal(status.storage.state, 'ok')
      t.ok(status.hub.clock > acknowledgedAt, 'its clock did not go back')
      await holds(t, reader, acknowledged)

      await goOnline(writer, machine)
      await acknowledge(cut % 2 !== 0 ? taken : [])
    })
    if (!t.passing()) return // all that follows would wait for a machine that is not there
  }

  await ana.disconnect()
  // Who has met nobody but the hub gets everything, and the hub itself can read it.
  await holds(t, latecomer, acknowledged)
  await session.login()
  const { photos } = await session.projectWith(project.id, { observations: acknowledged.length })
  t.same(photos, { known: acknowledged.length, held: acknowledged.length })

  /** A phone comes to the hub while the writer is away, takes what the hub had acknowledged, and goes. */
  async function holds(t: Test, camper: Camper, observations: readonly TakenObservation[]) {
    await goOnline(camper, machine)
    await camper.project.waitForVersions(observations)
    const photos = observations.flatMap(({ photos }) => photos)
    const expected = photos.map(({ sha256 }) => sha256.original)
    t.same(
      await camper.project.waitForPhotos(photos, 'original'),
      expected,
      `${camper.phone.name} gets every photo`
    )
    await camper.phone.disconnect()
  }
})
