import t from 'tap'
import { startBrowser } from './support/browser.ts'
import { stageHub } from './support/staged-hub.ts'
import { claim, visit } from './support/visit.ts'

const SETTINGS = { name: 'settings', path: '/office/settings', inOffice: true }

t.test("somebody else's Wi-Fi is chosen from those in reach, and forgotten by an empty name", async (t) => {
  const [browser, hub] = [await startBrowser(t), await stageHub(t)]
  await claim(hub)
  const page = await visit(t, { browser, hub, stage: SETTINGS })
  const section = page.getByRole('form', { name: 'Other networks' })
  await section.getByText('The hub is in no other network.').waitFor()
  await section.getByRole('button', { name: 'Look for Wi-Fi' }).click()
  await section.getByRole('button', { name: 'Town hall' }).click()
  await section.getByLabel('Its passphrase').fill('town passphrase')
  await section.getByLabel('Set the clock by time servers').check()
  await section.getByRole('button', { name: 'Save' }).click()
  await section.getByText('Saved').waitFor()
  t.same(hub.hub.networkView.settings?.uplink, {
    wifi: { ssid: 'Town hall', passphrase: 'town passphrase' },
    clock: true
  })
  t.equal(hub.hub.networkView.settings?.shareUplink, false)
  await section.getByLabel('Name of the Wi-Fi to join').fill('')
  // "Saved" of the first time goes by itself.
  await section.getByText('Saved').waitFor({ state: 'detached' })
  await section.getByRole('button', { name: 'Save' }).click()
  await section.getByText('Saved').waitFor()
  t.same(hub.hub.networkView.settings?.uplink, { wifi: null, clock: true })
})

t.test('the page says why the hub could not join', async (t) => {
  const [browser, hub] = [await startBrowser(t), await stageHub(t)]
  await claim(hub)
  const view = hub.hub.networkView
  hub.hub.networkView = {
    ...view,
    uplink: { ...view.uplink, state: 'failed', problem: 'passphrase-refused' }
  }
  const page = await visit(t, { browser, hub, stage: SETTINGS })
  await page.getByText('This Wi-Fi refuses the passphrase.').waitFor()
  t.pass('it does')
})
