import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import t, { type Test } from 'tap'
import { startPhone } from '../phones/phone.ts'
import { goOnline } from '../support/camp.ts'
import { BrowserSession } from './browser-session.ts'
import { Machine } from './machine.ts'

const IMAGE = fileURLToPath(new URL('../../image/out/pc-developer/waystation.img', import.meta.url))
const skip = !existsSync(IMAGE) && `there is no ${IMAGE}: image/build pc --developer`

/** The machine has no acceleration. */
const PHONE_LIMIT_MS = 1_800_000

t.test('a card that the kernel has given up is checked by a restart of the machine', { skip }, async (t) => {
  const { machine, failed, comesBack } = await failing(
    t,
    // As when the card gives something else than what was written to it. No other partition is ext4.
    'echo tried > $(echo /sys/fs/ext4/*/trigger_fs_error)'
  )
  t.match(failed.warnings, [{ code: 'storage-failed' }])
  await comesBack()
  t.match(
    await (await machine.shell()).run('cat /run/waystation-machine/data-check.log'),
    /contains a file system with errors, check forced/
  )
})

t.test('a card that can only be read is tried again by a restart of the machine', { skip }, async (t) => {
  // All file systems that lie on a disk, whoever has files open for writing.
  const { machine, comesBack } = await failing(t, 'echo u > /proc/sysrq-trigger')
  // Until its next start the hub itself says that its card has failed.
  await machine.refuses((reason) => reason === 'CARD_READ_ONLY')
  await comesBack()
})

/** A hub whose card fails in the middle of an exchange. @param breaking command for the machine's root */
async function failing(t: Test, breaking: string) {
  const [machine, ana] = await Promise.all([
    Machine.make(t, { image: IMAGE, name: 'River house', developer: true, restarts: true }),
    startPhone(t, { version: '7.1.0', name: 'Ana', limitMs: PHONE_LIMIT_MS })
  ])
  await machine.powerOn('bios')
  const { deviceId } = machine
  const session = new BrowserSession(machine.url, 'lluvia tambor nube siete')
  await session.claim()
  const project = await ana.createProject('Forest')
  await ana.dial(machine.address)
  await Promise.all([project.invite(deviceId), session.acceptInvite()])
  await project.startSync()
  const hasAllOfAna = () =>
    machine.serves(({ devices }) =>
      devices.some(({ id, state }) => id === ana.deviceId && state === 'up-to-date')
    )
  await project.observeMany(3, { photos: 1 })
  await project.doneWith(deviceId)
  await hasAllOfAna()

  const shell = await machine.shell()
  await shell.run(breaking)
  shell.close()
  await project.observeMany(3, { photos: 1 })
  const failed = await machine.serves(({ storage }) => storage.state === 'failed')
  await ana.disconnect()

  const comesBack = async () => {
    const status = await machine.serves(({ hub }) => hub.startedAt > failed.hub.startedAt)
    t.equal(status.hub.deviceId, deviceId, 'it is the same device')
    t.equal(status.storage.state, 'ok')
    await goOnline({ phone: ana, project }, machine)
    await project.doneWith(deviceId)
    await hasAllOfAna()
    await session.login()
    const { photos } = await session.projectWith(project.id, { observations: 6 })
    t.same(photos, { known: 6, held: 6 })
  }
  return { machine, failed, comesBack }
}
