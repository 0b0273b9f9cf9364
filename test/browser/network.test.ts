import t, { type Test } from 'tap'
import { CONFIRM_WITHIN_MS } from '../../service/network/network.ts'
import { NetworkViews } from '../../service/web/views/network-views.ts'
import { FIRST_SETTINGS, openNetwork } from '../support/simulated-network.ts'
import { startBrowser } from './support/browser.ts'
import { stageHub } from './support/staged-hub.ts'
import { claim, visit } from './support/visit.ts'

const SETTINGS = { name: 'settings', path: '/office/settings', inOffice: true }

/** The settings view over the real network of a simulated access point, whose time is moved by hand. */
async function openSettings(t: Test) {
  const { clock, network, accessPoint, settle, saved } = await openNetwork(t)
  const views = new NetworkViews({ mode: 'simulated', network, devicesByAddress: () => new Map(), clock })
  const [browser, staged] = [
    await startBrowser(t),
    await stageHub(t, async (hub) => {
      hub.network = views
    })
  ]
  await claim(staged)
  network.on('changed', () => staged.hub.changes.emit('board-changed'))
  const page = await visit(t, { browser, hub: staged, stage: SETTINGS })
  const save = (form: string) =>
    page.getByRole('form', { name: form }).getByRole('button', { name: 'Save' }).click()
  return {
    page,
    wifi: page.getByLabel('Wi-Fi of the hub', { exact: true }),
    save,
    clock,
    network,
    accessPoint,
    settle,
    saved
  }
}

t.test('a changed Wi-Fi is tried, shows how long it waits, and is kept from there', async (t) => {
  const { page, wifi, save, settle, saved } = await openSettings(t)
  await wifi.getByLabel('Country').selectOption('EC')
  await wifi.getByLabel('5 GHz').check()
  await wifi.getByLabel('Channel').selectOption('44')
  await wifi.getByLabel('A second radio opens').check()
  await wifi.getByLabel('Keep phones apart').check()
  await save('Wi-Fi of the hub')
  await wifi.getByText('The Wi-Fi is being changed…').waitFor()
  t.same(saved(), FIRST_SETTINGS, 'a restart would go back')
  // The phone loses the Wi-Fi by it, and comes back to where it was.
  await page.context().setOffline(true)
  await page.getByRole('alert').filter({ hasText: 'The hub does not answer.' }).waitFor()
  await settle()
  await page.context().setOffline(false)
  await page.getByText('The hub is back.').waitFor()
  await wifi.getByText('The Wi-Fi is being tried as “River hub”. Join it with this phone').waitFor()
  await wifi
    .getByRole('timer')
    .filter({ hasText: /comes back in [01]:\d\d\.$/ })
    .waitFor()
  await wifi.getByRole('button', { name: 'Yes, keep it' }).click()
  await page.getByText('The changed Wi-Fi is kept.').waitFor()
  const wanted = { country: 'EC', band: '5GHz', channel: 44, secondRadio: true, isolation: true }
  t.match(saved(), { ...FIRST_SETTINGS, ...wanted })
  t.ok(await wifi.getByLabel('Keep phones apart').isChecked())
})

t.test('a Wi-Fi that nobody confirms goes back, and the page says so', async (t) => {
  const { page, wifi, save, clock, settle, saved } = await openSettings(t)
  await wifi.getByLabel('Name of the Wi-Fi').fill('Nobody finds this')
  await save('Wi-Fi of the hub')
  await wifi.getByText('The Wi-Fi is being changed…').waitFor()
  await settle()
  await wifi.getByText('tried as “Nobody finds this”').waitFor()
  clock.move(CONFIRM_WITHIN_MS)
  await page.getByText('The Wi-Fi is again as it was before.').waitFor()
  t.equal(await wifi.getByLabel('Name of the Wi-Fi').inputValue(), 'River hub')
  t.same(saved(), FIRST_SETTINGS)
})

t.test('what a Wi-Fi cannot be is said by the field that it concerns', async (t) => {
  const { page, wifi, save, network, accessPoint } = await openSettings(t)
  /** Nothing is said anywhere else, and the keyboard is where the mistake is. */
  const isRefused = async (label: string, words: string) => {
    await save('Wi-Fi of the hub')
    await wifi.getByRole('alert').filter({ hasText: words }).waitFor()
    const field = wifi.getByLabel(label, { exact: true })
    t.equal(await field.getAttribute('aria-invalid'), 'true', label)
    t.equal(await page.locator(':focus').getAttribute('id'), await field.getAttribute('id'))
    const described = ((await field.getAttribute('aria-describedby')) ?? '').split(' ')[0] ?? ''
    t.match(await page.locator(`[id="${described}"]`).textContent(), words)
    t.equal(await wifi.getByRole('alert').count(), 1)
  }
  await wifi.getByLabel('Name of the Wi-Fi').fill('ñ'.repeat(17))
  await isRefused('Name of the Wi-Fi', 'those with accents count twice')
  await wifi.getByLabel('Name of the Wi-Fi').fill('River hub')
  await wifi.getByLabel('Passphrase of the Wi-Fi').fill('contraseña del río')
  await isRefused('Passphrase of the Wi-Fi', 'none of them with an accent')
  await wifi.getByLabel('Passphrase of the Wi-Fi').fill(FIRST_SETTINGS.passphrase)
  await wifi.getByLabel('5 GHz').check()
  await isRefused('Country', 'Choose the country first')
  await wifi.getByLabel('Country').selectOption('EC')
  const channels = accessPoint.radio.channels.filter(({ band }) => band === '2.4GHz')
  t.intercept(accessPoint, 'radio', { value: { ...accessPoint.radio, channels, isolation: false } })
  await isRefused('5 GHz', 'does not have this band')
  await wifi.getByLabel('2.4 GHz').check()
  await wifi.getByLabel('Keep phones apart').check()
  await isRefused('Keep phones apart', 'cannot keep phones apart')
  t.equal(network.pending, null, 'nothing has changed')
})

t.test('how many phones a radio takes is chosen, or left to what is known of it', async (t) => {
  const { page, wifi, save, network, settle } = await openSettings(t)
  const limit = wifi.getByLabel('Phones at once')
  t.equal(await limit.inputValue(), '')
  await wifi.getByText('This radio is known to take 8.').waitFor()
  await limit.fill('0')
  await save('Wi-Fi of the hub')
  await page.locator('#client-limit:invalid').waitFor()
  await limit.fill('20')
  await save('Wi-Fi of the hub')
  await wifi.getByText('The Wi-Fi is being changed…').waitFor()
  await settle()
  await wifi.getByRole('button', { name: 'Yes, keep it' }).click()
  await page.getByText('The changed Wi-Fi is kept.').waitFor()
  t.equal(network.settings.clientLimit, 20)
  await limit.fill('')
  await save('Wi-Fi of the hub')
  await wifi.getByText('The Wi-Fi is being changed…').waitFor()
  t.equal(network.settings.clientLimit, null)
})

t.test('the hub is opened to a network that it is in, and shut again', async (t) => {
  const { page, save, network, saved } = await openSettings(t)
  const others = page.getByRole('form', { name: 'Other networks' })
  const cable = others.getByLabel('Open the hub to the network on the cable (simulated-cable)')
  t.notOk(await cable.isChecked())
  await cable.check()
  await save('Other networks')
  await others.getByText('Saved').waitFor()
  t.same(saved().lans, ['simulated-cable'])
  t.equal(network.pending, null, 'nobody loses the Wi-Fi by it')
  // Pulled out, it can be shut, too.
  t.intercept(network.uplink, 'otherNetworks', { value: async () => [] })
  await page.reload()
  const away = others.getByLabel('Open the hub to simulated-cable, which is not plugged in now')
  t.ok(await away.isChecked())
  await away.uncheck()
  await save('Other networks')
  await others.getByText('Saved').waitFor()
  t.same(saved().lans, [])
})

t.test('what phones are told of the internet is chosen without anybody losing the Wi-Fi', async (t) => {
  const { page, save, network, saved } = await openSettings(t)
  const checks = page.getByRole('form', { name: 'When phones look for internet' })
  t.ok(await checks.getByLabel('Tell them that all is well').isChecked())
  await checks.getByLabel('Show them the board once').check()
  await save('When phones look for internet')
  await checks.getByText('Saved').waitFor()
  t.equal(saved().portal, 'welcome')
  t.equal(network.pending, null)
})
