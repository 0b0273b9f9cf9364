import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdtemp, rm, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import t, { type Test } from 'tap'
import { random, seed } from '../faults/rounds.ts'
import { BrowserSession } from './browser-session.ts'
import { BundleMaker, strangersKey, testKey } from './bundle.ts'
import { Machine } from './machine.ts'

const run = promisify(execFile)
const IMAGE =
  process.env['WAYSTATION_IMAGE'] ??
  fileURLToPath(new URL('../../image/out/pc/waystation.img', import.meta.url))
const skip =
  (!existsSync(IMAGE) && `there is no ${IMAGE}: make image-pc`) ||
  (!existsSync(testKey.key) && 'the image was built with keys that are not here')

/** Higher than any version there is: nothing older than what runs is installed. */
const GOOD = '90.0.0'
const BETTER = '91.0.0'
/** Holds a bundle of each size that there is. */
const STICK_BYTES = 1024 ** 3

t.test(`updates (seed ${seed})`, { skip }, async (t) => {
  const machine = await Machine.make(t, { image: IMAGE, name: 'River house', restarts: true })
  const first = await machine.powerOn('bios')
  const { version, deviceId } = first.hub
  let startedAt = first.hub.startedAt
  let session = new BrowserSession(machine.url, 'lluvia tambor nube siete')
  await session.claim()

  const refuse = async (t: Test, bundle: string, why: RegExp) => {
    await session.sendUpdate(bundle)
    const { running, latest } = await ended()
    t.match(latest, { state: 'refused', detail: why })
    t.equal(running, version)
    t.equal((await machine.serves()).hub.startedAt, startedAt, 'it went on running')
  }

  await t.test('a bundle that somebody else signed is refused', async (t) => {
    const maker = await openMaker(t)
    const key = await strangersKey(await makeDirectory(t))
    await refuse(t, await maker.withoutRoot('80.0.0', key), /signature/)
  })

  await t.test('a file that is no bundle is refused', async (t) => {
    await refuse(t, fileURLToPath(import.meta.url), /Invalid bundle/)
  })

  await t.test('an older version is refused', async (t) => {
    const maker = await openMaker(t)
    await refuse(t, await maker.withoutRoot('0.0.1'), /version/i)
  })

  await t.test(
    'a version whose root cannot be mounted is tried once, and the old one runs again',
    async (t) => {
      const maker = await openMaker(t)
      await session.sendUpdate(await maker.withoutRoot('81.0.0'))
      await comesBackAs(t, version)
      t.match((await ended()).latest, { state: 'failed', version: '81.0.0' })
    }
  )

  await t.test(
    'a version whose hub does not come up is tried once, and the old one runs again',
    async (t) => {
      const maker = await openMaker(t)
      await session.sendUpdate(await maker.withoutHub('82.0.0'))
      await comesBackAs(t, version)
      t.match((await ended()).latest, { state: 'failed', version: '82.0.0' })
    }
  )

  await t.test('a plug that is pulled while an update is written leaves the old version', async (t) => {
    const maker = await openMaker(t)
    await session.sendUpdate(await maker.working(GOOD))
    const percent = random.below(100)
    await session.until(`${percent} % are written`, async () => {
      const { latest } = await session.update()
      return latest?.state === 'restarting' || (latest?.percent ?? 0) >= percent || undefined
    })
    const { kept, lost } = await machine.cutPower(random)
    t.comment(`cut at ${percent} %; of what was not flushed ${kept} writes kept, ${lost} lost`)
    await machine.powerOn('bios')
    await comesBackAs(t, version)
    t.match((await ended()).latest, { state: 'failed', version: GOOD })
  })

  await t.test('a good version is installed, runs, and still runs after the next power cut', async (t) => {
    const maker = await openMaker(t)
    await session.sendUpdate(await maker.working(GOOD))
    await comesBackAs(t, GOOD)
    t.match((await ended()).latest, { state: 'confirmed', version: GOOD })
    await machine.cutPower(random)
    await machine.powerOn('bios')
    await comesBackAs(t, GOOD)
  })

  await t.test('the newest of what lies on a stick is installed when it is plugged in', async (t) => {
    const maker = await openMaker(t)
    const bundles = [await maker.withoutRoot('89.0.0'), await maker.working(BETTER)]
    const stick = join(await makeDirectory(t), 'stick.img')
    await writeFile(stick, '')
    await truncate(stick, STICK_BYTES)
    await run('mkfs.vfat', ['-F', '32', stick])
    await run('mcopy', ['-i', stick, ...bundles, '::'])
    await machine.plugIn(stick)
    await comesBackAs(t, BETTER)
    t.match((await ended()).latest, { state: 'confirmed', version: BETTER })
  })

  /** Resolves when the machine has said how the latest update ended. */
  function ended() {
    return session.until('the update has ended', async () => {
      const view = await session.update()
      const state = view.latest?.state
      return state === undefined || state === 'installing' || state === 'restarting' ? undefined : view
    })
  }

  /** The same device with the same passphrase, from a start that is another one than the first. */
  async function comesBackAs(t: Test, expected: string) {
    const started = startedAt
    const status = await machine.serves(({ hub }) => hub.version === expected && hub.startedAt !== started)
    t.equal(status.hub.deviceId, deviceId, 'it is the same device')
    t.same(status.warnings, [])
    startedAt = status.hub.startedAt
    session = new BrowserSession(machine.url, 'lluvia tambor nube siete')
    await session.login()
  }
})

async function openMaker(t: Test): Promise<BundleMaker> {
  const maker = new BundleMaker({ image: IMAGE, directory: await makeDirectory(t) })
  await maker.open()
  return maker
}

async function makeDirectory(t: Test): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'bundle-'))
  t.teardown(() => rm(directory, { recursive: true, force: true }))
  return directory
}
