import t from 'tap'
import { claim, openApp, outcomeOf } from './open-app.ts'

t.test('the passphrase of the Wi-Fi is told to the office alone', async (t) => {
  const { app, hub } = await openApp(t)
  const passphrase = String(hub.networkView.settings?.passphrase)
  const headers = await claim(app)
  const { host } = headers
  t.same(outcomeOf(await app.inject({ url: '/api/network', headers: { host } })), [401, 'LOGIN_REQUIRED'])
  const response = await app.inject({ url: '/api/network', headers })
  t.match(response.json(), { settings: { passphrase } })
  t.notMatch((await app.inject({ url: '/api/status', headers })).body, passphrase)
})

t.test('a change names what it changes, and nothing that is no setting', async (t) => {
  const { app } = await openApp(t)
  const headers = await claim(app)
  const change = async (payload: object) =>
    app.inject({ method: 'PATCH', url: '/api/network', headers, payload })
  t.match((await change({ ssid: 'Napo', country: 'EC' })).json(), {
    settings: { ssid: 'Napo', country: 'EC', band: '2.4GHz' }
  })
  for (const wrong of [
    { hidden: true },
    { passphrase: 'short' },
    { country: 'ecu' },
    { channel: 0 },
    { portal: 'yes' },
    { lans: ['eth0; reboot'] },
    { uplink: { wifi: { ssid: 'Town', passphrase: 'short' }, clock: false } },
    { uplink: { wifi: { ssid: 'To\nwn', passphrase: null }, clock: false } },
    { uplink: { clock: true } }
  ]) {
    t.same(outcomeOf(await change(wrong)), [400, 'REQUEST_INVALID'], JSON.stringify(wrong))
  }
  t.same(outcomeOf(await change({ channel: 14 })), [400, 'NETWORK_CHANNEL_UNSUPPORTED'])
})

t.test(
  'a change is confirmed with the address that the confirmation comes from, and taken back',
  async (t) => {
    const { app, hub } = await openApp(t)
    const headers = await claim(app)
    const post = (action: string) =>
      app.inject({ method: 'POST', url: `/api/network/${action}`, headers, remoteAddress: '192.168.7.20' })
    t.same(outcomeOf(await post('revert')), [409, 'NETWORK_NOTHING_PENDING'])
    hub.networkView = { ...hub.networkView, confirmBy: '2026-05-01T12:02:00.000Z' }
    t.match((await post('confirm')).json(), { confirmBy: null })
    t.equal(hub.confirmedFrom, '192.168.7.20')
  }
)

t.test('other networks are listened for by the office alone', async (t) => {
  const { app } = await openApp(t)
  const headers = await claim(app)
  const { host } = headers
  const scan = (headers: Record<string, string>) =>
    app.inject({ method: 'POST', url: '/api/network/scan', headers })
  t.same(outcomeOf(await scan({ host })), [401, 'LOGIN_REQUIRED'])
  t.same((await scan(headers)).json(), {
    networks: [{ ssid: 'Town hall', signalDbm: -48, secured: true }]
  })
})
