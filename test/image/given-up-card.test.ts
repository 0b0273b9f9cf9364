import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import t from 'tap'
import { startPhone } from '../phones/phone.ts'
import { goOnline } from '../support/camp.ts'
import { BrowserSession } from './browser-session.ts'
import { Machine } from './machine.ts'

const IMAGE = fileURLToPath(new URL('../../image/out/pc-developer/waystation.img', import.meta.url))
const skip = !existsSync(IMAGE) && `there is no ${IMAGE}: image/build pc --developer`

/** The machine has no acceleration. */
const PHONE_LIMIT_MS = 1_800_000

t.test('a card that the kernel has given up is checked by a restart of the machine', { skip }, async (t) => {
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
  // As when the card gives something else than what was written to it. No other partition is ext4.
  await shell.run('echo tried > $(echo /sys/fs/ext4/*/trigger_fs_error)')
  shell.close()
  await project.observeMany(3, { photos: 1 })
  const failed = await machine.serves(({ storage }) => storage.state === 'failed')
  t.match(failed.warnings, [{ code: 'storage-failed' }])
  await ana.disconnect()

  const status = await machine.serves(({ hub }) => hub.startedAt > failed.hub.startedAt)
  t.equal(status.hub.deviceId, deviceId, 'it is the same device')
  t.equal(status.storage.state, 'ok')
  t.match(
    await (await machine.shell()).run('cat /run/waystation-machine/data-check.log'),
    /contains a file system with errors, check forced/
  )
  await goOnline({ phone: ana, project }, machine)
  await project.doneWith(deviceId)
  await hasAllOfAna()
  await session.login()
  const { photos } = await session.projectWith(project.id, { observations: 6 })
  t.same(photos, { known: 6, held: 6 })
})
