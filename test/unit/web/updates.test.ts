import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pino } from 'pino'
import t, { type Test } from 'tap'
import { Shelf } from '../../../service/shelf/shelf.ts'
import { MachineReports } from '../../../service/system/machine-reports.ts'
import type { UpdateView } from '../../../service/web/update-schemas.ts'
import { UpdateDesk } from '../../../service/web/views/update-desk.ts'
import { claim, openApp, outcomeOf, PASSPHRASE } from './open-app.ts'

/** An app whose machine waits for bundles, with one on the shelf. */
async function openMachine(t: Test, { takesUpdates = true } = {}) {
  const directory = t.testdirName
  const bundlePath = join(directory, 'update', 'bundle.raucb')
  const reportsDirectory = join(directory, 'reports')
  const opened = await openApp(t, async (hub) => {
    const shelf = new Shelf({
      directory: join(directory, 'shelf'),
      freeBytes: async () => 1024 ** 4,
      logger: pino({ level: 'silent' })
    })
    await shelf.ready()
    t.teardown(() => shelf.close())
    mkdirSync(reportsDirectory)
    writeFileSync(join(directory, 'shelf', 'waystation.raucb'), 'a bundle')
    const reports = takesUpdates ? new MachineReports({ directory: reportsDirectory }) : null
    hub.updates = new UpdateDesk({ shelf, reports, bundlePath })
  })
  const session = await claim(opened.app)
  const install = (body: object) =>
    opened.app.inject({
      method: 'POST',
      url: '/api/update',
      headers: session,
      payload: { file: 'waystation.raucb', passphrase: PASSPHRASE, ...body }
    })
  const read = async () =>
    (await opened.app.inject({ url: '/api/update', headers: session })).json<UpdateView>()
  const tell = (text: string) => writeFileSync(join(reportsDirectory, 'update.json'), text)
  return { ...opened, bundlePath, install, read, tell }
}

t.test('a bundle leaves the shelf and lies where the machine waits for it', async (t) => {
  const { install, read, bundlePath, tell } = await openMachine(t)
  t.match(await read(), { available: true, latest: null })
  const response = await install({})
  t.equal(response.statusCode, 202)
  t.match(response.json<UpdateView>(), { latest: { state: 'installing', percent: 0 } })
  t.equal(readFileSync(bundlePath, 'utf8'), 'a bundle')
  t.same(outcomeOf(await install({})), [409, 'UPDATE_RUNNING'], 'one at a time')

  rmSync(bundlePath) // the machine takes it
  tell('{"state":"installing","version":"0.2.0","percent":40,"detail":""}')
  t.match(await read(), { latest: { state: 'installing', version: '0.2.0', percent: 40, detail: null } })
  t.same(outcomeOf(await install({})), [409, 'UPDATE_RUNNING'])

  tell('{"state":"refused","version":"","percent":0,"detail":"signature verification failed"}')
  t.match(await read(), {
    latest: { state: 'refused', version: null, detail: 'signature verification failed' }
  })
  t.same(outcomeOf(await install({})), [404, 'SHELF_FILE_NOT_FOUND'], 'the next one may come')
})

t.test('what the machine tells in other words is not shown', async (t) => {
  const { read, tell } = await openMachine(t)
  for (const text of ['', '{', '{"state":"exploded","version":"1","percent":0,"detail":""}', '[]']) {
    tell(text)
    t.equal((await read()).latest, null, text)
  }
})

t.test('an update asks for the passphrase once more', async (t) => {
  const { install, bundlePath } = await openMachine(t)
  t.same(outcomeOf(await install({ passphrase: 'the river is low' })), [401, 'PASSPHRASE_WRONG'])
  t.same(outcomeOf(await install({ passphrase: undefined })), [401, 'PASSPHRASE_WRONG'])
  t.notOk(existsSync(bundlePath))
})

t.test('a machine that takes no updates says so, and the file stays on the shelf', async (t) => {
  const { install, read, bundlePath } = await openMachine(t, { takesUpdates: false })
  t.match(await read(), { available: false })
  t.same(outcomeOf(await install({})), [409, 'UPDATE_NOT_OURS'])
  t.notOk(existsSync(bundlePath))
})

t.test('a name that leads out of the shelf is no file on it', async (t) => {
  const { install, bundlePath } = await openMachine(t)
  t.same(outcomeOf(await install({ file: '../reports/update.json' })), [404, 'SHELF_FILE_NOT_FOUND'])
  t.notOk(existsSync(bundlePath))
})
