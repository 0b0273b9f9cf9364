import t from 'tap'
import { openPage, startBrowser } from './support/browser.ts'
import { STAGED_PASSPHRASE, stageHub } from './support/staged-hub.ts'
import { claim, drawn, logIn } from './support/visit.ts'
import { device } from './support/stages.ts'

t.test(
  'a wrong passphrase is said to be wrong, and the right one opens the office, by keyboard alone',
  async (t) => {
    const [browser, hub] = [await startBrowser(t), await stageHub(t)]
    await claim(hub)
    const page = await openPage(t, browser, `${hub.url}/#/office`)
    await page.getByLabel('Office passphrase').focus()
    await page.keyboard.type('not this one at all')
    await page.keyboard.press('Enter')
    await page.getByRole('alert').filter({ hasText: 'This passphrase is wrong.' }).waitFor()
    await page.keyboard.press('Control+A')
    await page.keyboard.type(STAGED_PASSPHRASE)
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { level: 1, name: 'Overview' }).waitFor()
    t.pass('it is open')
  }
)

t.test('too many wrong passphrases are told how long to wait', async (t) => {
  const [browser, hub] = [await startBrowser(t), await stageHub(t)]
  await claim(hub)
  const page = await openPage(t, browser, `${hub.url}/#/office`)
  for (let tries = 0; tries < 4; tries++) {
    await page.getByLabel('Office passphrase').fill('not this one at all')
    await page.getByRole('button', { name: 'Log in' }).click()
    await page.getByRole('button', { name: 'Log in', disabled: false }).waitFor()
  }
  await page
    .getByRole('alert')
    .filter({ hasText: /wait \d+ second/ })
    .waitFor()
  t.pass('it says so')
})

t.test('when the session is over the page says so, and asks for the passphrase', async (t) => {
  const [browser, hub] = [await startBrowser(t), await stageHub(t)]
  await claim(hub)
  const page = await openPage(t, browser, `${hub.url}/#/office`)
  await logIn(page, hub.url)
  await page.reload()
  await page.getByRole('heading', { level: 1, name: 'Overview' }).waitFor()
  // A restart of the hub ends every session.
  await hub.stop()
  await hub.start()
  await page.getByText('Your time in the office is over. Log in again to go on.').waitFor()
  await page.getByLabel('Office passphrase').fill(STAGED_PASSPHRASE)
  await page.getByRole('button', { name: 'Log in' }).click()
  await page.getByRole('heading', { level: 1, name: 'Overview' }).waitFor()
  t.pass('and goes on where it was')
})

t.test(
  'a hub that does not answer is said to be gone, and what it told comes back live when it is back',
  async (t) => {
    const [browser, hub] = [await startBrowser(t), await stageHub(t)]
    hub.hub.devices.splice(0, 9, device(1, { name: 'Ana', state: 'waiting' }))
    const page = await openPage(t, browser, hub.url)
    await page.getByText('Waiting for Start').first().waitFor()
    await hub.stop()
    await page.getByRole('alert').filter({ hasText: 'The hub does not answer.' }).waitFor()
    await page.getByText('No contact').waitFor()
    t.ok(await page.getByText('Ana').isVisible(), 'what it told last stays')
    hub.hub.devices.splice(0, 9, device(1, { name: 'Ana', state: 'up-to-date' }))
    await hub.start()
    await page.getByText('The hub is back.').waitFor()
    await page.getByText('You may leave now').waitFor()
    hub.hub.changes.emit('device-changed', device(1, { name: 'Ana', state: 'away' }))
    await page.getByText('Last seen').waitFor()
  }
)

t.test('the language follows the browser, then the choice of the person, also after a reload', async (t) => {
  const [browser, hub] = [await startBrowser(t), await stageHub(t)]
  const page = await openPage(t, browser, hub.url, { locale: 'pt-BR' })
  await page.getByRole('heading', { level: 1, name: 'Painel' }).waitFor()
  await page.getByLabel('Idioma').selectOption('id')
  await page.getByRole('heading', { level: 1, name: 'Papan' }).waitFor()
  t.equal(await page.locator('html').getAttribute('lang'), 'id')
  await page.reload()
  await page.getByRole('heading', { level: 1, name: 'Papan' }).waitFor()
})

t.test('who speaks a language that the page does not have gets the one of the hub', async (t) => {
  const [browser, hub] = [await startBrowser(t), await stageHub(t)]
  const board = await hub.hub.board.board()
  hub.hub.boardOver = { hub: { ...board.hub, language: 'es-419' } }
  const page = await openPage(t, browser, hub.url, { locale: 'fi-FI' })
  await page.getByRole('heading', { level: 1, name: 'Tablero' }).waitFor()
  await drawn(page)
  t.pass('Spanish')
})

t.test('the names of devices come and go with the setting of the board', async (t) => {
  const [browser, hub] = [await startBrowser(t), await stageHub(t)]
  await claim(hub)
  hub.hub.devices.splice(0, 9, device(1, { name: 'Ana', state: 'found' }))
  hub.hub.settingsNow = {
    ...hub.hub.settingsNow,
    board: { ...hub.hub.settingsNow.board, showDeviceNames: false }
  }
  const page = await openPage(t, browser, hub.url)
  await page.getByText('Unnamed device').waitFor()
  t.equal(await page.getByText('Ana').count(), 0)
})

t.test(
  'a hub that is locked from the office says so on the board, and the passphrase unlocks it',
  async (t) => {
    const [browser, hub] = [await startBrowser(t), await stageHub(t)]
    await claim(hub)
    const page = await openPage(t, browser, `${hub.url}/#/office`)
    await logIn(page, hub.url)
    await page.goto(`${hub.url}/#/office/system`)
    await page.reload()
    await page.getByRole('button', { name: 'Lock now' }).click()
    await page.getByLabel('Office passphrase').waitFor()
    await page.goto(`${hub.url}/#/`)
    await page.reload()
    await page.getByText('Locked: phones exchange, nobody can read here').waitFor()
    await logIn(page, hub.url)
    await page.goto(`${hub.url}/#/`)
    await page.reload()
    await page.getByText('Unlocked', { exact: true }).waitFor()
    t.pass('it is unlocked')
  }
)
