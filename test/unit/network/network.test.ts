import t from 'tap'
import type { WaystationError } from '../../../service/errors.ts'
import { CONFIRM_WITHIN_MS } from '../../../service/network/network.ts'
import type { NetworkSettings } from '../../../service/network/network-settings.ts'
import { FIRST_SETTINGS, openNetwork, STARTED_MS } from '../../support/simulated-network.ts'

t.test('the network of the kept settings is opened at the start', async (t) => {
  const { onAir, network } = await openNetwork(t)
  t.equal(onAir(), 'River hub')
  t.equal(network.pending, null)
})

t.test('a change that makes people join anew goes back after two minutes without a word', async (t) => {
  const { clock, network, settle, onAir, saved } = await openNetwork(t)
  await network.change({ ssid: 'Other' })
  await settle()
  t.equal(onAir(), 'Other')
  t.equal(network.settings.ssid, 'Other')
  t.equal(saved().ssid, 'River hub', 'a restart goes back, too')
  clock.move(CONFIRM_WITHIN_MS - STARTED_MS)
  await settle()
  t.equal(onAir(), 'River hub')
  t.equal(network.settings.ssid, 'River hub')
  t.equal(network.pending, null)
})

t.test('confirmed from the changed network it stays', async (t) => {
  const { clock, network, settle, onAir, saved } = await openNetwork(t)
  await network.change({ ssid: 'Other' })
  await settle()
  await network.confirm('192.168.7.20')
  t.equal(saved().ssid, 'Other')
  clock.move(CONFIRM_WITHIN_MS * 2)
  await settle()
  t.equal(onAir(), 'Other')
})

t.test('it is not confirmed from elsewhere, nor before the network is there', async (t) => {
  const { network, settle, accessPoint } = await openNetwork(t)
  await t.rejects(network.confirm('10.0.0.9'), { code: 'NETWORK_NOTHING_PENDING' })
  await network.change({ passphrase: 'another passphrase' })
  await t.rejects(network.confirm('10.0.0.9'), { code: 'NETWORK_CONFIRM_ELSEWHERE' }, 'it is still starting')
  await settle()
  t.intercept(accessPoint, 'isOnNetwork', { value: (address: string) => address === '192.168.7.20' })
  await t.rejects(network.confirm('10.0.0.9'), { code: 'NETWORK_CONFIRM_ELSEWHERE' }, 'by cable')
  await network.confirm('192.168.7.20')
})

t.test('a second change during a trial gets the whole time again, and both go back', async (t) => {
  const { clock, network, settle, onAir } = await openNetwork(t)
  await network.change({ ssid: 'Other' })
  clock.move(CONFIRM_WITHIN_MS - 1)
  await network.change({ channel: 6 })
  clock.move(CONFIRM_WITHIN_MS - 1)
  t.match(network.pending, { settings: { ssid: 'Other', channel: 6 } })
  clock.move(1)
  await settle()
  t.equal(onAir(), 'River hub')
  t.equal(network.settings.channel, 'auto')
})

t.test('a trial is taken back by hand at once', async (t) => {
  const { network, settle, onAir } = await openNetwork(t)
  await t.rejects(network.revert(), { code: 'NETWORK_NOTHING_PENDING' })
  await network.change({ ssid: 'Other' })
  await network.revert()
  await settle()
  t.equal(onAir(), 'River hub')
})

t.test('a change back to what is confirmed needs no confirmation', async (t) => {
  const { network } = await openNetwork(t)
  await network.change({ ssid: 'Other' })
  await network.change({ ssid: 'River hub' })
  t.equal(network.pending, null)
})

t.test('what phones do not notice is kept at once', async (t) => {
  const { network, saved, onAir } = await openNetwork(t)
  await network.change({ portal: 'off' })
  t.equal(saved().portal, 'off')
  t.equal(network.pending, null)
  t.equal(onAir(), 'River hub')
})

t.test('what would lock people out is refused, and nothing has changed', async (t) => {
  const { network, saved, onAir } = await openNetwork(t)
  const refusals: [Partial<NetworkSettings>, WaystationError['code']][] = [
    [{ ssid: '   ' }, 'NETWORK_SSID_INVALID'],
    [{ ssid: 'é'.repeat(17) }, 'NETWORK_SSID_INVALID'],
    [{ ssid: 'two\nlines' }, 'NETWORK_SSID_INVALID'],
    [{ country: 'XX' }, 'NETWORK_COUNTRY_UNKNOWN'],
    [{ secondRadio: true }, 'NETWORK_COUNTRY_REQUIRED'],
    [{ channel: 13 }, 'NETWORK_COUNTRY_REQUIRED'],
    [{ band: '5GHz' }, 'NETWORK_COUNTRY_REQUIRED'],
    [{ channel: 36 }, 'NETWORK_CHANNEL_UNSUPPORTED'],
    [{ country: 'DE', channel: 14 }, 'NETWORK_CHANNEL_UNSUPPORTED'],
    [{ country: 'DE', band: '5GHz', channel: 165 }, 'NETWORK_CHANNEL_UNSUPPORTED']
  ]
  for (const [change, code] of refusals) {
    await t.rejects(network.change(change), { code }, JSON.stringify(change))
  }
  t.same(saved(), FIRST_SETTINGS)
  t.equal(network.pending, null)
  t.equal(onAir(), 'River hub')
})

t.test('a radio that cannot keep phones apart, or lacks a band, refuses what needs it', async (t) => {
  const { network, accessPoint } = await openNetwork(t)
  const channels = accessPoint.radio.channels.filter(({ band }) => band === '2.4GHz')
  t.intercept(accessPoint, 'radio', { value: { ...accessPoint.radio, channels, isolation: false } })
  await t.rejects(network.change({ isolation: true }), { code: 'NETWORK_ISOLATION_UNSUPPORTED' })
  await t.rejects(network.change({ country: 'DE', band: '5GHz' }), { code: 'NETWORK_BAND_UNSUPPORTED' })
})

t.test(
  'channels that the rules of the set country forbid are refused, those of a new country are tried',
  async (t) => {
    const { network, accessPoint } = await openNetwork(t)
    const channels = [{ channel: 13, band: '2.4GHz' as const, usable: false }]
    t.intercept(accessPoint, 'radio', { value: { ...accessPoint.radio, country: 'US', channels } })
    await t.rejects(network.change({ country: 'US', channel: 13 }), { code: 'NETWORK_CHANNEL_UNSUPPORTED' })
    await network.change({ country: 'DE', channel: 13 })
    t.match(network.pending, { settings: { country: 'DE', channel: 13 } })
  }
)

t.test('the way out is what the settings say, also when a trial goes back', async (t) => {
  const { network, clock, settle, saved } = await openNetwork(t)
  const wifi = { ssid: 'Town hall', passphrase: 'town passphrase' }
  await network.change({ uplink: { wifi, clock: true } })
  await settle()
  t.equal(network.pending, null, 'nobody loses the Wi-Fi by it')
  t.same(saved().uplink, { wifi, clock: true })
  t.match(network.uplink.state, { kind: 'up', via: 'wifi' })
  await network.change({ ssid: 'Other', uplink: { wifi: null, clock: false } })
  t.equal(network.uplink.state.kind, 'none')
  clock.move(CONFIRM_WITHIN_MS)
  await settle()
  t.match(network.uplink.state, { kind: 'up' })
})
