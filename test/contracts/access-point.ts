import type { AccessPoint, AccessPointState } from '../../service/network/access-point.ts'
import type { NetworkSettings } from '../../service/network/network-settings.ts'

import type { Test } from 'tap'
/** What every access point keeps to, whatever makes its network. The settings differ in their radio part from one another. */
export interface AccessPointUnderTest {
  /** Opened and closed by the suite. */
  accessPoint: AccessPoint
  settings: NetworkSettings
  /** Lets the time pass that a change takes, where time is moved by hand. */
  passTime: () => void
}

// Ends a wait that would never end: a real radio that was refused is tried again within seconds.
const STATE_LIMIT_MS = 120_000

/** Resolves when the state is as awaited: now or later. */
export function stateOf(
  { accessPoint, passTime }: AccessPointUnderTest,
  isAwaited: (state: AccessPointState) => boolean
): Promise<AccessPointState> {
  return new Promise((resolve, reject) => {
    const limit = setTimeout(() => {
      accessPoint.off('state-changed', look)
      reject(new Error(`the state stays ${JSON.stringify(accessPoint.state)}`))
    }, STATE_LIMIT_MS)
    const look = (state: AccessPointState) => {
      if (!isAwaited(state)) return
      clearTimeout(limit)
      accessPoint.off('state-changed', look)
      resolve(state)
    }
    accessPoint.on('state-changed', look)
    passTime()
    look(accessPoint.state)
  })
}

const isUpAs = (ssid: string) => (state: AccessPointState) =>
  state.kind === 'up' && state.running.ssid === ssid

/** The same suite for each implementation: see AccessPoint. */
export function accessPointContract(
  t: Test,
  name: string,
  create: (t: Test) => Promise<AccessPointUnderTest>
): void {
  t.test(`${name}: is starting until it has been told what to be`, async (t) => {
    const { accessPoint } = await opened(t, create)
    t.equal(accessPoint.state.kind, 'starting')
    t.same(accessPoint.stations, [])
  })

  t.test(`${name}: opens the network that the settings say, and tells it`, async (t) => {
    const under = await opened(t, create)
    const { accessPoint, settings } = under
    const told: AccessPointState['kind'][] = []
    accessPoint.on('state-changed', ({ kind }) => told.push(kind))
    await accessPoint.apply(settings)
    const state = await stateOf(under, isUpAs(settings.ssid))
    t.match(state, { running: { ssid: settings.ssid, band: settings.band, isolation: settings.isolation } })
    t.match(accessPoint.radio, { wpa3: Boolean, isolation: Boolean })
    t.equal(told.at(-1), 'up')
    t.equal(accessPoint.isOnNetwork(state.kind === 'up' ? state.running.address : ''), true)
  })

  t.test(`${name}: a change of the radio takes it down and up again as the new one`, async (t) => {
    const under = await opened(t, create)
    const { accessPoint, settings } = under
    await accessPoint.apply(settings)
    await stateOf(under, isUpAs(settings.ssid))
    await accessPoint.apply({ ...settings, ssid: 'Another', channel: 11 })
    t.equal(accessPoint.state.kind, 'starting')
    t.match(await stateOf(under, isUpAs('Another')), { running: { channel: 11 } })
  })

  t.test(`${name}: a change that is none of the radio's leaves the network up`, async (t) => {
    const under = await opened(t, create)
    const { accessPoint, settings } = under
    await accessPoint.apply(settings)
    await stateOf(under, isUpAs(settings.ssid))
    const kinds: AccessPointState['kind'][] = []
    accessPoint.on('state-changed', ({ kind }) => kinds.push(kind))
    await accessPoint.apply({ ...settings, portal: 'off' })
    under.passTime()
    t.equal(accessPoint.state.kind, 'up')
    t.notOk(kinds.includes('starting') || kinds.includes('down'), kinds.join(' '))
  })

  t.test(`${name}: a second radio has the same network on the other band, and goes again`, async (t) => {
    const under = await opened(t, create)
    const { accessPoint, settings } = under
    await accessPoint.apply({ ...settings, country: 'EC', secondRadio: true })
    const state = await stateOf(under, ({ kind }) => kind === 'up')
    t.match(state, {
      running: { ssid: settings.ssid, band: '2.4GHz', second: { band: '5GHz', channel: Number } }
    })
    t.equal(accessPoint.isOnNetwork(state.kind === 'up' ? state.running.address : ''), true)
    await accessPoint.apply({ ...settings, country: 'EC' })
    const isAlone = (state: AccessPointState) => state.kind === 'up' && state.running.second === null
    t.match(await stateOf(under, isAlone), { running: { second: null } })
  })

  t.test(`${name}: of two wishes, one right after the other, the last one stays`, async (t) => {
    const under = await opened(t, create)
    const { accessPoint, settings } = under
    await Promise.all([
      accessPoint.apply({ ...settings, ssid: 'First' }),
      accessPoint.apply({ ...settings, ssid: 'Last' })
    ])
    await stateOf(under, isUpAs('Last'))
  })

  t.test(`${name}: tells nothing after it was closed`, async (t) => {
    const under = await opened(t, create)
    const { accessPoint, settings } = under
    await accessPoint.apply(settings)
    let told = 0
    await accessPoint.close()
    accessPoint.on('state-changed', () => (told += 1))
    under.passTime()
    t.equal(told, 0)
  })
}

async function opened(
  t: Test,
  create: (t: Test) => Promise<AccessPointUnderTest>
): Promise<AccessPointUnderTest> {
  const under = await create(t)
  await under.accessPoint.ready()
  t.teardown(() => under.accessPoint.close())
  return under
}
