import type { Test } from 'tap'
import type { Uplink, UplinkState } from '../../service/network/uplink/uplink.ts'
import { NO_UPLINK, type UplinkWifi } from '../../service/network/uplink/uplink-settings.ts'

/** What every way out keeps to, whatever makes it. */
export interface UplinkUnderTest {
  /** Opened and closed by the suite. */
  uplink: Uplink
  /** In reach, with its right passphrase. */
  town: UplinkWifi
  /** Lets the time pass that a change takes, where time is moved by hand. */
  passTime: () => void
}

/** Resolves when the state is as awaited: now or later. */
function stateOf({ uplink, passTime }: UplinkUnderTest, kind: UplinkState['kind']): Promise<UplinkState> {
  return new Promise((resolve) => {
    const look = (state: UplinkState) => {
      if (state.kind !== kind) return
      uplink.off('state-changed', look)
      resolve(state)
    }
    uplink.on('state-changed', look)
    passTime()
    look(uplink.state)
  })
}

/** The same suite for each implementation: see Uplink. */
export function uplinkContract(t: Test, name: string, create: (t: Test) => Promise<UplinkUnderTest>): void {
  t.test(`${name}: hears the town, each network once, and the strongest first`, async (t) => {
    const under = await opened(t, create)
    t.equal(under.uplink.state.kind, 'none')
    const heard = await under.uplink.scan()
    t.match(
      heard.find(({ ssid }) => ssid === under.town.ssid),
      { secured: true, signalDbm: Number }
    )
    t.equal(new Set(heard.map(({ ssid }) => ssid)).size, heard.length)
    t.same(
      heard.map(({ signalDbm }) => signalDbm),
      heard.map(({ signalDbm }) => signalDbm).sort((one, other) => other - one)
    )
  })

  t.test(`${name}: joins what it is told, says so, and forgets it`, async (t) => {
    const under = await opened(t, create)
    await under.uplink.want({ ...NO_UPLINK, wifi: under.town })
    t.equal(under.uplink.state.kind, 'joining')
    const up = await stateOf(under, 'up')
    t.match(up, { via: 'wifi', interfaceName: String, address: /^\d+\./ })
    const [joined, ...more] = (await under.uplink.otherNetworks()).filter(({ via }) => via === 'wifi')
    t.match(up, { ...joined }, 'it is among the networks of the machine')
    t.same(more, [], 'and the own Wi-Fi is not')
    await under.uplink.want(NO_UPLINK)
    await stateOf(under, 'none')
  })

  t.test(`${name}: who listens is answered, also when another wish comes meanwhile`, async (t) => {
    const under = await opened(t, create)
    const listening = under.uplink.scan()
    await under.uplink.want({ ...NO_UPLINK, clock: true })
    t.ok((await listening).some(({ ssid }) => ssid === under.town.ssid))
    await under.uplink.want(NO_UPLINK)
  })

  t.test(`${name}: says that a passphrase is wrong, and joins with the right one`, async (t) => {
    const under = await opened(t, create)
    await under.uplink.want({ ...NO_UPLINK, wifi: { ...under.town, passphrase: 'not the passphrase' } })
    t.match(await stateOf(under, 'failed'), { problem: 'passphrase-refused' })
    await under.uplink.want({ ...NO_UPLINK, wifi: under.town })
    await stateOf(under, 'up')
    await under.uplink.want(NO_UPLINK)
    await stateOf(under, 'none')
  })

  t.test(`${name}: says that a network is not in reach`, async (t) => {
    const under = await opened(t, create)
    await under.uplink.want({ ...NO_UPLINK, wifi: { ssid: 'Nowhere', passphrase: null } })
    t.match(await stateOf(under, 'failed'), { problem: 'not-heard' })
    await under.uplink.want(NO_UPLINK)
    await stateOf(under, 'none')
  })
}

async function opened(t: Test, create: (t: Test) => Promise<UplinkUnderTest>): Promise<UplinkUnderTest> {
  const under = await create(t)
  await under.uplink.ready()
  t.teardown(() => under.uplink.close())
  return under
}
