import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import t from 'tap'
import { startPhone } from '../phones/phone.ts'
import { goOnline, type Camper } from '../support/camp.ts'
import { inviteDirectly } from '../support/invite-directly.ts'
import { BrowserSession } from './browser-session.ts'
import { Machine } from './machine.ts'

const IMAGE =
  process.env['WAYSTATION_IMAGE'] ??
  fileURLToPath(new URL('../../image/out/pc/waystation.img', import.meta.url))
const skip = !existsSync(IMAGE) && `there is no ${IMAGE}: make image-pc`

/** The machine has no acceleration. */
const PHONE_LIMIT_MS = 1_800_000
const PHOTO_BYTES = 300_000
const OBSERVATIONS_EACH = 5
/** What an exchange leaves to be written is written when nothing comes for a minute. A hub that never rests is measured all the same. */
const MINUTE_MS = 60_000
const REST_MAX_MINUTES = 10
/** The clock is noted once in it. The store writes of itself every ten minutes; the log, every hour, is not in it. */
const IDLE_MS = 900_000
/** A card that wears out in a year at ten times as much is a bad one. */
const IDLE_MAX_BYTES_PER_HOUR = 4 * 1024 ** 2
/** Each photo comes in three sizes, goes through the log of the database, and is kept twice until that is taken together. */
const EXCHANGE_MAX_FACTOR = 8

t.test('what is written to the card', { skip }, async (t) => {
  const phone = (name: string) => startPhone(t, { version: '7.1.0', name, limitMs: PHONE_LIMIT_MS })
  const [machine, ana, ...others] = await Promise.all([
    Machine.make(t, { image: IMAGE, name: 'River house' }),
    phone('Ana'),
    phone('Ben'),
    phone('Cora'),
    phone('Davi')
  ])
  const project = await ana.createProject('Forest')
  const campers: Camper[] = [{ phone: ana, project }]
  for (const other of others) {
    campers.push({ phone: other, project: await inviteDirectly({ inviter: ana, project }, other) })
    await other.disconnect()
  }
  await machine.powerOn('bios')
  const session = new BrowserSession(machine.url, 'lluvia tambor nube siete')
  await session.claim()
  await ana.dial(machine.address)
  await Promise.all([project.invite(machine.deviceId), session.acceptInvite()])
  await project.waitForMember(machine.deviceId, { role: 'member' })
  await ana.disconnect()

  await t.test('four phones exchange', async (t) => {
    const taken = await Promise.all(
      campers.map(({ project }) =>
        project.observeMany(OBSERVATIONS_EACH, { photos: 1, photoBytes: PHOTO_BYTES })
      )
    )
    const began = performance.now()
    const before = await machine.writtenBytes()
    for (const camper of campers) await goOnline(camper, machine)
    for (const { project } of campers) await project.waitForVersions(taken.flat())
    await machine.serves(({ devices }) =>
      campers.every(({ phone }) =>
        devices.some(({ id, state }) => id === phone.deviceId && state === 'up-to-date')
      )
    )
    const written = (await machine.writtenBytes()) - before
    const photos = taken.flat().length * PHOTO_BYTES
    const seconds = Math.round((performance.now() - began) / 1000)
    t.comment(
      `${taken.flat().length} observations with ${photos} bytes of originals in ${seconds} s: ${written} bytes`
    )
    t.ok(written < EXCHANGE_MAX_FACTOR * photos, `${(written / photos).toFixed(1)} times the originals`)
  })

  for (const { phone } of campers) await phone.disconnect()

  await t.test('nobody is there', async (t) => {
    for (let minutes = 0; minutes < REST_MAX_MINUTES; minutes++) {
      if ((await writtenWithin(MINUTE_MS)) === 0) break
    }
    const began = performance.now()
    const written = await writtenWithin(IDLE_MS)
    const hours = (performance.now() - began) / 3_600_000
    t.comment(`${written} bytes in ${Math.round(hours * 60)} minutes`)
    const perHour = Math.round(written / hours)
    t.ok(perHour < IDLE_MAX_BYTES_PER_HOUR, `${perHour} bytes an hour`)
  })

  async function writtenWithin(ms: number): Promise<number> {
    const before = await machine.writtenBytes()
    await new Promise((resolve) => setTimeout(resolve, ms)) // what is measured
    return (await machine.writtenBytes()) - before
  }
})
