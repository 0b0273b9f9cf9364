import t from 'tap'
import { startPhone } from '../phones/phone.ts'
import { startHub } from '../support/hub-process.ts'
import { openPage, startBrowser } from './support/browser.ts'

const PASSPHRASE = 'lluvia tambor nube siete'

t.test('from a new hub to the first exchange, on one phone’s browser', async (t) => {
  const [browser, hub, ana] = await Promise.all([
    startBrowser(t),
    startHub(t, { built: true, name: null, invites: 'ask', network: 'simulated' }),
    startPhone(t, { version: '7.1.0', name: 'Ana' })
  ])
  const project = await ana.createProject('Forest')
  const page = await openPage(t, browser, hub.url)

  // The board of a hub in no project teaches how to invite it; the office of an unclaimed one is its setup.
  await page.getByText('The hub is in no project yet').waitFor()
  await page.getByRole('link', { name: 'Office' }).click()
  await page.getByRole('heading', { level: 1, name: 'Set up this hub' }).waitFor()
  await page.getByLabel('Name of the hub').fill('River house')
  await page.getByLabel('Name of the Wi-Fi').fill('River Wi-Fi')
  await page.getByLabel('Passphrase of the Wi-Fi').fill('contraseña del río')
  await page.getByLabel('Country').selectOption('EC')
  await page.getByLabel('New office passphrase').fill('waystation2024')
  await page.getByText('Too easy to guess').waitFor()
  await page.getByLabel('New office passphrase').fill(PASSPHRASE)
  await page.getByText('Strong').waitFor()
  await page.getByRole('button', { name: 'Set up' }).click()
  // What a Wi-Fi cannot have is said here, where it can be mended, and before the hub is anybody's.
  await page.getByRole('alert').filter({ hasText: 'none of them with an accent' }).waitFor()
  await page.getByLabel('Passphrase of the Wi-Fi').fill('bring your boots')
  await page.getByRole('button', { name: 'Set up' }).click()
  await page.getByText('Waiting for an invite to “River house”…').waitFor()

  // The phone sees the new name, and invites.
  await ana.dial(hub.address)
  const decision = project.invite(hub.deviceId)
  const invite = page.getByRole('listitem').filter({ hasText: 'Forest' })
  await invite.getByText(ana.deviceId.slice(0, 12)).waitFor()
  t.match(await invite.textContent(), /From.*Ana.*As Participant/)
  await invite.getByRole('button', { name: 'Join' }).click()
  t.equal(await decision, 'ACCEPT')
  await page.getByText('The hub is in its first project.').waitFor()

  // The first exchange, live.
  await project.observeMany(20, { photos: 1, photoBytes: 50_000 })
  await page.getByText('Waiting for Start').first().waitFor()
  await project.startSync()
  await page.getByText('You may leave now').waitFor()
  await ana.disconnect()
  await page.getByText('Devices that were here').waitFor()
  t.pass('and its phone has gone')
})
