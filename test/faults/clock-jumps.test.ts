import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import t from 'tap'
import type { TakenObservation } from '../phones/commands.ts'
import { goOnline, makeCamp } from '../support/camp.ts'
import type { HubProcess } from '../support/hub-process.ts'
import { JumpingClock, jumpingClockMissing } from '../support/jumping-clock.ts'
import { statusOf } from '../support/hub-status.ts'
import { random, randomMoment, rounds, seed } from './rounds.ts'

const PASSPHRASE = 'the river is high'
const YEAR_S = 365 * 24 * 60 * 60
/** From before the first phone to long after the last one. */
const JUMP_MAX_YEARS = 40
const BETWEEN_JUMPS_MS = 400
/** Wrong passphrases after which the next one has to wait, and a little more. */
const TRIES = 4

async function login(hub: HubProcess, passphrase: string): Promise<Response> {
  return fetch(`${hub.url}/api/login`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ passphrase })
  })
}

const versionsOf = (documents: readonly { versionId: string }[]) =>
  documents.map(({ versionId }) => versionId).sort()

t.test(
  `a clock that jumps by years, forward and back, while phones exchange does no harm (seed ${seed})`,
  { skip: jumpingClockMissing() },
  async (t) => {
    const directory = await mkdtemp(join(tmpdir(), 'clock-'))
    t.teardown(() => rm(directory, { recursive: true, force: true }))
    const clock = new JumpingClock({ directory })
    // A hub without a battery wakes up in the past.
    await clock.setOff(-JUMP_MAX_YEARS * YEAR_S)
    const { hub, office, projectId, campers } = await makeCamp(t, ['7.1.0', '5.5.0'], {
      hub: { name: null, built: true, environment: clock.environment }
    })
    const [ana, ben] = campers
    const told = async () => Date.parse((await statusOf(hub)).hub.clock)
    t.ok((await told()) < Date.now() - 30 * YEAR_S * 1000, 'the hub believes that it is long ago')

    await office.claim(PASSPHRASE)
    const entered = await login(hub, PASSPHRASE)
    t.equal(entered.status, 204)
    const cookie = String(entered.headers.get('set-cookie')).split(';')[0] ?? ''
    const isIn = async () => (await fetch(`${hub.url}/api/sessions`, { headers: { cookie } })).status === 200
    t.ok(await isIn(), 'somebody is in the office')

    await goOnline(ana, hub)
    await goOnline(ben, hub)
    const taken: TakenObservation[] = []
    for (let jump = 0; jump < rounds(10); jump++) {
      const writer = random.pick(campers)
      taken.push(
        ...(await writer.project.observeMany(1 + random.below(3), { photos: 1, photoBytes: 1_000_000 }))
      )
      await randomMoment(BETWEEN_JUMPS_MS)
      await clock.setOff((random.below(2 * JUMP_MAX_YEARS) - JUMP_MAX_YEARS) * YEAR_S)
    }
    const photos = taken.flatMap((document) => document.photos)
    for (const { phone, project } of campers) {
      await project.waitForVersions(taken)
      t.same(
        await project.waitForPhotos(photos, 'original'),
        photos.map(({ sha256 }) => sha256.original),
        `${phone.name} has every photo`
      )
      t.same(versionsOf(await project.observations()), versionsOf(taken), `${phone.name}: each once`)
      await project.doneWith(hub.deviceId)
    }
    await office.until('the hub shows the same', async () => {
      const shown = versionsOf(await office.observations(projectId))
      return shown.join() === versionsOf(taken).join() ? true : undefined
    })
    t.ok(await isIn(), 'who was in the office still is')

    // A name that is given in the future stays no longer than the next one.
    await clock.setOff(JUMP_MAX_YEARS * YEAR_S)
    await office.rename('Camp of the future')
    await ana.project.waitForMember(hub.deviceId, { name: 'Camp of the future' })
    await clock.setOff(-JUMP_MAX_YEARS * YEAR_S)
    await office.rename('Camp of today')
    await ana.project.waitForMember(hub.deviceId, { name: 'Camp of today' })
    await ben.project.waitForMember(hub.deviceId, { name: 'Camp of today' })

    for (const [index, { phone }] of campers.entries()) {
      await clock.setOff((index === 0 ? 1 : -1) * (JUMP_MAX_YEARS + 2) * YEAR_S)
      await phone.disconnect()
      await office.until('the session has ended', async () =>
        (await office.sessions()).every(
          ({ endedAt, device }) => endedAt !== null || device.id !== phone.deviceId
        )
          ? true
          : undefined
      )
    }
    for (const { startedAt, endedAt, device } of await office.sessions()) {
      const lastedS = (Date.parse(endedAt ?? '') - Date.parse(startedAt)) / 1000
      t.ok(lastedS >= 0 && lastedS < YEAR_S, `the session of ${device.name} took ${lastedS} s`)
    }

    await clock.setOff(-JUMP_MAX_YEARS * YEAR_S)
    for (let wrong = 0; wrong < TRIES; wrong++) await login(hub, 'not the passphrase')
    const early = await login(hub, PASSPHRASE)
    t.equal(early.status, 429, 'who guesses has to wait')
    await clock.setOff(JUMP_MAX_YEARS * YEAR_S)
    t.equal((await login(hub, PASSPHRASE)).status, 429, 'also when years pass at once')
    await clock.setOff(-JUMP_MAX_YEARS * YEAR_S)
    const waitS = Number((await login(hub, PASSPHRASE)).headers.get('retry-after'))
    t.ok(waitS > 0 && waitS <= 10, `and not for years when they come back: ${waitS} s`)

    await hub.restart()
    await goOnline(ben, hub)
    await ben.project.doneWith(hub.deviceId)
    t.same(versionsOf(await ben.project.observations()), versionsOf(taken), 'and a restart changes nothing')
  }
)
