import { randomBytes } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { pino } from 'pino'
import t, { type Test } from 'tap'
import type { DeviceId } from '../../service/ids.ts'
import { Shelf } from '../../service/shelf/shelf.ts'
import { ShelfDesk } from '../../service/web/views/shelf-desk.ts'
import { PROJECT } from '../unit/web/memory-hub.ts'
import { openPage, startBrowser } from './support/browser.ts'
import { STAGED_PASSPHRASE, stageHub } from './support/staged-hub.ts'
import { device, holder } from './support/stages.ts'
import { claim, drawn, openOffice } from './support/visit.ts'

const GIBIBYTE = 1024 ** 3

t.test('the passphrase of the office is changed, and from then on only the new one opens it', async (t) => {
  const hub = await stageHub(t)
  await claim(hub)
  const page = await openOffice(t, hub.url, '/office/system')
  const change = async (from: string, to: string) => {
    await page.getByLabel('Passphrase until now').fill(from)
    await page.getByLabel('New passphrase').fill(to)
    await page.getByRole('button', { name: 'Change the passphrase' }).click()
  }
  const refusal = (text: string) => page.getByRole('alert').filter({ hasText: text }).waitFor()
  await change('not this one at all', 'seis gatos cruzan el puente')
  await refusal('This passphrase is wrong.')
  await change(STAGED_PASSPHRASE, 'passwordpassword')
  await refusal('This passphrase is too easy to guess.')
  await change(STAGED_PASSPHRASE, 'seis gatos cruzan el puente')
  await page.getByText('The passphrase is changed.').waitFor()

  await page.getByRole('button', { name: 'Log out' }).click()
  // The view that is left asks for the passphrase as well.
  await page.getByRole('button', { name: 'Log in' }).waitFor()
  await page.getByLabel('Office passphrase').fill(STAGED_PASSPHRASE)
  await page.getByRole('button', { name: 'Log in' }).click()
  await refusal('This passphrase is wrong.')
  await page.getByLabel('Office passphrase').fill('seis gatos cruzan el puente')
  await page.getByRole('button', { name: 'Log in' }).click()
  await page.getByRole('heading', { level: 1, name: 'System' }).waitFor()
  t.pass('the new one opens it')
})

/** @param freeBytes of the card */
function stageShelf(t: Test, freeBytes: number) {
  return stageHub(t, async (hub) => {
    const directory = join(t.testdir(), 'shelf')
    const shelf = new Shelf({
      directory,
      freeBytes: async () => freeBytes,
      logger: pino({ level: 'silent' })
    })
    await shelf.ready()
    t.teardown(() => shelf.close())
    hub.shelf = new ShelfDesk(shelf)
  })
}

t.test('a file that is put on the shelf over a bad connection is taken home from the board', async (t) => {
  const hub = await stageShelf(t, 100 * GIBIBYTE)
  await claim(hub)
  const page = await openOffice(t, hub.url, '/office/shelf')
  const [name, bytes] = ['Río Napo.apk', randomBytes(1_500_000)]
  // The second of three chunks does not arrive: the first was kept, and the page goes on behind it.
  const offsets: string[] = []
  await page.route('**/api/shelf/uploads/*', async (route) => {
    if (route.request().method() !== 'PUT') return route.continue()
    offsets.push(new URL(route.request().url()).searchParams.get('offset') ?? '')
    return offsets.length === 2 ? route.abort('connectionreset') : route.continue()
  })
  await page
    .getByLabel('Put a file on the shelf')
    .setInputFiles({ name, mimeType: 'application/octet-stream', buffer: bytes })
  await page.getByRole('heading', { name }).waitFor()
  t.same(offsets, ['0', '524288', '524288', '1048576'])

  const visitor = await openPage(t, page.context().browser() ?? (await startBrowser(t)), hub.url)
  const [file] = await Promise.all([
    visitor.waitForEvent('download'),
    visitor.getByRole('link', { name }).click()
  ])
  t.equal(file.suggestedFilename(), name)
  t.same(await readFile(await file.path()), bytes)

  // What a browser asks when a download was cut: the rest, if the file is still the same.
  const address = `${hub.url}/shelf/${encodeURIComponent(name)}`
  const { etag } = (await visitor.request.head(address)).headers()
  const rest = await visitor.request.get(address, {
    headers: { range: 'bytes=1000000-', 'if-range': String(etag) }
  })
  t.equal(rest.status(), 206)
  t.same(await rest.body(), bytes.subarray(1_000_000))

  await page.getByRole('button', { name: 'Take it away' }).click()
  await page.getByRole('button', { name: 'Yes, delete this file' }).click()
  await page.getByText('There is nothing on the shelf.').waitFor()
  t.equal((await visitor.request.get(address)).status(), 404)
})

t.test('a shelf without room says so, and names that are taken are told from it', async (t) => {
  const hub = await stageShelf(t, 2 * GIBIBYTE + 1000)
  await claim(hub)
  const page = await openOffice(t, hub.url, '/office/shelf')
  const put = (name: string, size: number) =>
    page
      .locator('#shelf-file:enabled')
      .setInputFiles({ name, mimeType: 'application/octet-stream', buffer: Buffer.alloc(size) })
  await put('large.smp', 2000)
  await page.getByRole('alert').filter({ hasText: 'There is no room for this file.' }).waitFor()
  await put('small.smp', 500)
  await page.getByRole('heading', { name: 'small.smp' }).waitFor()
  await put('small.smp', 500)
  await page.getByRole('alert').filter({ hasText: 'There is a file of this name already.' }).waitFor()
  t.pass('it says which')
})

t.test('the matrix tells who lacks what, and changes while phones exchange', async (t) => {
  const hub = await stageHub(t)
  await claim(hub)
  const holders = [
    holder(1, { name: 'River house', isHub: true }),
    holder(2, { name: 'Ana' }),
    holder(3, { name: 'Ben', hasEverything: false, known: 'then', asOf: '2026-01-02T03:04:05.000Z' }),
    holder(4, { name: 'Sari', hasEverything: false, known: 'never', takesEverything: false })
  ]
  const whole = { documents: 5, photos: 2, photosWanted: 2 }
  const ana = { id: holders[1]?.id as DeviceId, name: 'Ana', documents: 5, photos: 2 }
  const lacking = { documents: 2, photos: 1, photosWanted: 2 }
  hub.hub.delivery = {
    everyoneHasEverything: false,
    holders,
    authors: [{ ...ana, held: [whole, whole, lacking, null] }]
  }
  const page = await openOffice(t, hub.url, `/office/projects/${PROJECT}`)
  const lineOf = (name: string) => page.locator('.delivery-line').filter({ hasText: name })
  t.match(await lineOf('Ana').textContent(), /Has everything.*is here now/)
  t.match(await lineOf('Ben').textContent(), /3 documents missing, 1 photo missing.*as of/)
  t.match(await lineOf('Sari').textContent(), /previews only.*Not known yet/)
  await page.getByText('Show the whole table').click()
  const cells = page.getByRole('row', { name: 'Ana' }).getByRole('cell')
  t.match(await cells.nth(2).textContent(), /2 of 5.*1 of 2/)
  t.equal(await cells.nth(2).getByRole('img', { name: 'Incomplete' }).count(), 1)

  hub.hub.delivery = {
    everyoneHasEverything: true,
    holders: holders.slice(0, 2),
    authors: [{ ...ana, held: [whole, whole] }]
  }
  hub.hub.changes.emit('device-changed', device(1, { name: 'Ana', state: 'up-to-date' }))
  await page.getByText('Everyone has everything.').waitFor()
  t.equal(await page.locator('.delivery-line').count(), 2)
})

t.test('a backup is saved with the passphrase once more, and a hub that is new takes it', async (t) => {
  const [claimed, unclaimed] = [await stageHub(t), await stageHub(t)]
  await claim(claimed)
  const page = await openOffice(t, claimed.url, '/office/system')
  const section = page.getByRole('region', { name: 'Backup' })
  await section.getByLabel('Office passphrase').fill('not this one at all')
  await section.getByRole('button', { name: 'Make a backup' }).click()
  await section.getByRole('alert').filter({ hasText: 'This passphrase is wrong.' }).waitFor()
  await section.getByLabel('Office passphrase').fill(STAGED_PASSPHRASE)
  const [file] = await Promise.all([
    page.waitForEvent('download'),
    section.getByRole('button', { name: 'Make a backup' }).click()
  ])
  t.match(file.suggestedFilename(), /^waystation-\d{4}-\d\d-\d\d\.backup$/)
  await section.getByText('Keep it away from the hub.').waitFor()

  const setup = await openPage(
    t,
    page.context().browser() ?? (await startBrowser(t)),
    `${unclaimed.url}/#/setup`
  )
  await setup.getByText('Bring back a hub from its backup').click()
  await setup.getByLabel('Backup file').setInputFiles(await file.path())
  await setup.getByLabel('Office passphrase of that time').fill('not this one at all')
  await setup.getByRole('button', { name: 'Bring it back' }).click()
  await setup.getByRole('alert').filter({ hasText: 'This passphrase is wrong.' }).waitFor()
  t.same(unclaimed.hub.asked, [])
  await setup.getByLabel('Office passphrase of that time').fill(STAGED_PASSPHRASE)
  await setup.getByRole('button', { name: 'Bring it back' }).click()
  await setup.getByText('The hub starts again as the one of the backup.').waitFor()
  t.same(unclaimed.hub.asked, ['restore'])
})

t.test(
  'invites of strangers are let in for ten minutes that run out in sight, and are closed before',
  async (t) => {
    const [browser, hub] = [await startBrowser(t), await stageHub(t)]
    await claim(hub)
    hub.hub.policyNow = { policy: 'closed', remainingSeconds: null, fixed: false }
    const page = await openOffice(t, hub.url, '/office/invites', browser)
    const region = page.getByRole('region', { name: 'Invites' })
    await region.getByText('Invites of all others are refused.').waitFor()
    await region.getByRole('button', { name: 'Let others ask for ten minutes' }).click()
    await region.getByText(/Anybody may invite the hub: (10:00|9:\d\d) left/).waitFor()
    t.equal(hub.hub.policyNow.policy, 'ask')
    await region.getByRole('button', { name: 'Close now' }).click()
    await region.getByRole('button', { name: 'Accept all for ten minutes' }).click()
    await region.getByText(/Accepting every invite: (10:00|9:\d\d) left/).waitFor()
    t.equal(hub.hub.policyNow.policy, 'accept')
  }
)

t.test('the join card tells the passphrase of the Wi-Fi to the office alone', async (t) => {
  const [browser, hub] = [await startBrowser(t), await stageHub(t)]
  await claim(hub)
  const passphrase = hub.hub.networkView.settings?.passphrase ?? ''
  const visitor = await openPage(t, browser, `${hub.url}/#/join`)
  await visitor.getByRole('img', { name: 'QR code of this page' }).waitFor()
  await visitor.getByText('River hub').first().waitFor()
  await visitor.getByText('Log in to the office to show').waitFor()
  t.equal(await visitor.getByRole('img', { name: 'QR code to join the Wi-Fi' }).count(), 0)
  t.notMatch(await visitor.content(), passphrase)
  const office = await openOffice(t, hub.url, '/join', browser)
  await office.getByRole('img', { name: 'QR code to join the Wi-Fi' }).waitFor()
  await office.getByText(passphrase).waitFor()
})

t.test('the board names projects when the coordinator allows it', async (t) => {
  const [browser, hub] = [await startBrowser(t), await stageHub(t)]
  await claim(hub)
  const board = await openPage(t, browser, hub.url)
  await drawn(board)
  t.equal(await board.getByText('Napo').count(), 0)
  const page = await openOffice(t, hub.url, '/office/settings', browser)
  const shows = page.getByRole('form', { name: 'What the board shows' })
  await shows.getByLabel('Names of projects').check()
  await shows.getByRole('button', { name: 'Save' }).click()
  await shows.getByText('Saved').waitFor()
  await board.reload()
  await board.getByText('Napo').waitFor()
})

t.test('what the technician has fixed is told, and the rest can be changed', async (t) => {
  const hub = await stageHub(t)
  await claim(hub)
  hub.hub.settingsNow = {
    ...hub.hub.settingsNow,
    hub: { name: 'River school', language: 'fr' },
    fixed: ['hub.language']
  }
  const page = await openOffice(t, hub.url, '/office/settings')
  const form = page.getByRole('form', { name: 'This hub' })
  await form.getByText('Language of the hub: Français').waitFor()
  t.equal(await form.getByRole('combobox').count(), 0)
  await form.getByLabel('Name of the hub').fill('Río')
  await form.getByRole('button', { name: 'Save' }).click()
  await form.getByText('Saved').waitFor()
  t.same(hub.hub.settingsNow.hub, { name: 'Río', language: 'fr' })
})
