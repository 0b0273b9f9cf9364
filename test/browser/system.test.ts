import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { pino } from 'pino'
import type { Page } from 'playwright-core'
import t, { type Test } from 'tap'
import { Shelf } from '../../service/shelf/shelf.ts'
import { MachineReports } from '../../service/system/machine-reports.ts'
import { ShelfDesk } from '../../service/web/views/shelf-desk.ts'
import { UpdateDesk } from '../../service/web/views/update-desk.ts'
import { until } from '../support/until.ts'
import type { MemoryHub } from '../unit/web/memory-hub.ts'
import { openPage, startBrowser } from './support/browser.ts'
import { STAGED_PASSPHRASE, stageHub } from './support/staged-hub.ts'
import { clockOff, nobodyHere } from './support/stages.ts'
import { claim, drawn, logIn } from './support/visit.ts'

async function openOffice(
  t: Test,
  path: string,
  {
    set = nobodyHere,
    prepare
  }: { set?: (hub: MemoryHub) => void; prepare?: (hub: MemoryHub) => Promise<void> } = {}
) {
  const staged = await stageHub(t, prepare)
  await claim(staged)
  set(staged.hub)
  const page = await openPage(t, await startBrowser(t), staged.url)
  await logIn(page, staged.url)
  await page.goto(`${staged.url}/#${path}`)
  await page.reload()
  await drawn(page)
  return { page, hub: staged.hub }
}

const refusal = (page: Page, text: string) => page.getByRole('alert').filter({ hasText: text }).waitFor()

t.test('a clock that is off is said to be so on every view, and set from the phone', async (t) => {
  const { page, hub } = await openOffice(t, '/office/projects', { set: clockOff })
  await page.getByText('and this phone’s does not').waitFor()
  const before = Date.now()
  await page.getByRole('button', { name: /^Set it to .*, as on this phone$/ }).click()
  await until(() => hub.asked.length > 0)
  const [asked = ''] = hub.asked
  const set = Date.parse(asked.replace('clock ', ''))
  t.ok(set >= before && set <= Date.now(), asked)
})

t.test('a clock that agrees is not talked of', async (t) => {
  const { page } = await openOffice(t, '/office/projects')
  t.equal(await page.getByText('and this phone’s does not').count(), 0)
})

t.test('the log is shown by level, and read anew', async (t) => {
  const levels: string[] = []
  const { page } = await openOffice(t, '/office/system', {
    prepare: async (hub) => {
      hub.system.log = async ({ level }) => {
        levels.push(level)
        const line = { time: '2026-05-01T12:00:00.000Z', part: 'web', fields: '{"peer":"a1b2"}' }
        return level === 'error' ? [] : [{ ...line, level, message: `a line of ${level}` }]
      }
    }
  })
  await page.getByText('a line of warn').waitFor()
  await page.getByLabel('Show', { exact: true }).selectOption('everything')
  await page.getByText('a line of info').waitFor()
  t.ok(await page.getByText('{"peer":"a1b2"}').isVisible(), 'with its fields')
  await page.getByLabel('Show', { exact: true }).selectOption('errors')
  await page.getByText('Nothing of this kind since the hub was started.').waitFor()
  await page.getByRole('button', { name: 'Look again' }).click()
  await until(() => levels.length === 4)
  t.same(levels, ['warn', 'info', 'error', 'error'])
})

t.test('the support file has names only when that is asked for', async (t) => {
  const { page } = await openOffice(t, '/office/system')
  const saved = async () => {
    const [file] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('link', { name: 'Download the support file' }).click()
    ])
    return readFile(await file.path(), 'utf8')
  }
  t.equal(await saved(), 'names: false')
  await page.getByLabel('With the names of devices and projects').check()
  t.equal(await saved(), 'names: true')
})

t.test('a reset wants the name of the hub and the passphrase, and nothing happens before', async (t) => {
  const { page, hub } = await openOffice(t, '/office/system', { set: (hub) => hub.devices.splice(0) })
  const region = page.getByRole('region', { name: 'Stop and start' })
  await region.getByRole('button', { name: 'Reset to new' }).click()
  const reset = async (name: string, passphrase: string) => {
    await region.getByLabel('To confirm, type the name of the hub: River hub').fill(name)
    await region.getByLabel('Office passphrase').fill(passphrase)
    await region.locator('button[type=submit]').click()
  }
  await reset('River', STAGED_PASSPHRASE)
  await refusal(page, 'What you typed is not the name that was asked for.')
  await reset('River hub', 'not this one at all')
  await refusal(page, 'This passphrase is wrong.')
  t.same(hub.asked, [])
  await reset('River hub', STAGED_PASSPHRASE)
  await page.getByText('Everything is being deleted.').waitFor()
  t.same(hub.asked, ['reset'])
})

t.test('restart and shut down ask for the passphrase once more', async (t) => {
  const { page, hub } = await openOffice(t, '/office/system')
  const region = page.getByRole('region', { name: 'Stop and start' })
  for (const [name, told] of [
    ['Restart', 'This page comes back by itself.'],
    ['Shut down', 'Wait until the light of the machine stays off']
  ] as const) {
    await region.getByRole('button', { name, expanded: false }).click()
    await region.getByLabel('Office passphrase').fill(STAGED_PASSPHRASE)
    await region.locator('button[type=submit]').click()
    await region.getByText(told).waitFor()
  }
  t.same(hub.asked, ['restart', 'shutdown'])
})

t.test('an update is sent and followed while the machine writes it, and a refused one is told', async (t) => {
  const directory = t.testdir({ reports: {}, update: {} })
  const bundlePath = join(directory, 'update', 'bundle.raucb')
  const tell = (report: object) =>
    writeFileSync(join(directory, 'reports', 'update.json'), JSON.stringify(report))
  const { page } = await openOffice(t, '/office/system', {
    prepare: async (hub) => {
      const shelf = new Shelf({
        directory: join(directory, 'shelf'),
        freeBytes: async () => 1024 ** 4,
        logger: pino({ level: 'silent' })
      })
      await shelf.ready()
      t.teardown(() => shelf.close())
      hub.shelf = new ShelfDesk(shelf)
      hub.updates = new UpdateDesk({
        shelf,
        reports: new MachineReports({ directory: join(directory, 'reports') }),
        bundlePath
      })
    }
  })
  const region = page.getByRole('region', { name: 'Update' })
  const send = async (passphrase: string) => {
    const buffer = Buffer.from('a bundle')
    await region
      .getByLabel('Update file')
      .setInputFiles({ name: 'waystation.raucb', mimeType: 'application/octet-stream', buffer })
    await region.getByLabel('Office passphrase').fill(passphrase)
    await region.getByRole('button', { name: 'Send and install' }).click()
  }
  await send('not this one at all')
  await refusal(page, 'This passphrase is wrong.')
  t.notOk(existsSync(bundlePath))
  await send(STAGED_PASSPHRASE)
  await region.getByText('The update is checked and written.').first().waitFor()
  t.equal(readFileSync(bundlePath, 'utf8'), 'a bundle')

  rmSync(bundlePath) // the machine takes it
  tell({ state: 'installing', version: '0.2.0', percent: 40, detail: '' })
  await region.locator('progress[value="0.4"]').waitFor()
  tell({ state: 'refused', version: '', percent: 0, detail: 'signature verification failed' })
  await region.getByText('The last update was not installed').waitFor()
  await region.getByText('signature verification failed').waitFor()
  t.ok(await region.getByRole('button', { name: 'Send and install' }).isEnabled(), 'the next one may come')
})

t.test('exchanges are counted for today, the last seven days and ever, and listed one by one', async (t) => {
  const { page, hub } = await openOffice(t, '/office/sessions', {
    prepare: async (hub) => {
      const total = (sessions: number) => ({
        sessions,
        toHub: { documents: sessions * 2, photos: sessions * 3, blocks: 0, bytes: 1e6 },
        fromHub: { documents: 0, photos: 0, blocks: 0, bytes: 0 }
      })
      hub.sessions.totals = async () => ({ today: total(4), week: total(50), ever: total(600) })
    }
  })
  const main = (await page.locator('main').textContent()) ?? ''
  t.match(
    main,
    /Today4 exchanges.*8 documents, 12 photos, 1 MB.*Last seven days50 exchanges.*Ever600 exchanges/
  )
  await page.getByText('Still connected').waitFor()
  const [session] = hub.sessionViews
  if (session === undefined) throw new Error('there is no session')
  hub.changes.emit('session-changed', { ...session, endedAt: session.startedAt, outcome: 'up-to-date' })
  await page.getByText('Ended up to date').waitFor()
})
