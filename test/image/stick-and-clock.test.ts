import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { open, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import t from 'tap'
import { random, seed } from '../faults/rounds.ts'
import { startPhone } from '../phones/phone.ts'
import { BrowserSession } from './browser-session.ts'
import { Machine } from './machine.ts'

const IMAGE =
  process.env['WAYSTATION_IMAGE'] ??
  fileURLToPath(new URL('../../image/out/pc/waystation.img', import.meta.url))
const skip = !existsSync(IMAGE) && `there is no ${IMAGE}: make image-pc`
const run = promisify(execFile)

/** The machine has no acceleration. */
const PHONE_LIMIT_MS = 1_800_000
const STICK_BYTES = 128 * 1024 ** 2
/** Where FAT32 notes that it is mounted for writing, and the bit that says so. */
const FAT32_STATE_AT = 0x41
const IN_USE = 1
const ASK_EVERY_MS = 500

t.test(`a stick, and a clock that is behind (seed ${seed})`, { skip }, async (t) => {
  const [machine, ana] = await Promise.all([
    Machine.make(t, { image: IMAGE, name: 'River house' }),
    startPhone(t, { version: '7.1.0', name: 'Ana', limitMs: PHONE_LIMIT_MS })
  ])
  await machine.powerOn('bios')
  const session = new BrowserSession(machine.url, 'lluvia tambor nube siete')
  await session.claim()
  const project = await ana.createProject('Forest')
  await ana.dial(machine.address)
  const [decision] = await Promise.all([project.invite(machine.deviceId), session.acceptInvite()])
  t.equal(decision, 'ACCEPT')
  await project.startSync()
  await project.observeMany(3)
  await session.projectWith(project.id, { observations: 3 })

  await t.test('an export is on the stick, which is released, and gone when it is pulled out', async (t) => {
    const stick = join(t.testdir(), 'stick.img')
    await writeFile(stick, '')
    await truncate(stick, STICK_BYTES)
    await run('mkfs.vfat', ['-F', '32', stick])
    t.equal(await session.stickFreeBytes(project.id), undefined, 'none is offered while none is there')
    await machine.plugIn(stick)
    const free = await session.until('the stick is offered', () => session.stickFreeBytes(project.id))
    t.ok(free > STICK_BYTES / 2 && free < STICK_BYTES)
    const name = await session.exportToStick(project.id)
    // Nobody asks for it now: it is mounted as long as it is used.
    while (await isInUse(stick)) await new Promise((resolve) => setTimeout(resolve, ASK_EVERY_MS))
    await machine.pullOut()
    const { stdout } = await run('mtype', ['-i', stick, `::Waystation/${name}`])
    t.equal((JSON.parse(stdout) as { features: unknown[] }).features.length, 3)
    await session.until('the stick is gone', async () =>
      (await session.stickFreeBytes(project.id)) === undefined ? true : undefined
    )
  })

  await t.test('what a person sets holds across a power cut', async (t) => {
    const set = new Date('2031-05-04T12:00:00Z')
    await session.setClock(set)
    t.ok((await machine.serves()).hub.clock >= set.toISOString())
    await machine.cutPower(random)
    const { hub, warnings } = await machine.powerOn('bios')
    t.ok(hub.clock >= set.toISOString(), hub.clock)
    t.same(warnings, [])
  })
})

async function isInUse(stick: string): Promise<boolean> {
  const file = await open(stick)
  const state = Buffer.alloc(1)
  await file.read(state, 0, 1, FAT32_STATE_AT)
  await file.close()
  return (state.readUInt8(0) & IN_USE) !== 0
}
