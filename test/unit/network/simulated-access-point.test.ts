import t from 'tap'
import { initialNetworkSettings } from '../../../service/network/network-settings.ts'
import { SimulatedAccessPoint } from '../../../service/network/simulated-access-point.ts'
import { accessPointContract, stateOf } from '../../contracts/access-point.ts'
import { ManualClock } from '../../support/manual-clock.ts'

const settings = initialNetworkSettings({ hubName: 'River hub', passphrase: 'k7wp-x3md-9qta-hn2e' })

function aSimulated(rest: Partial<ConstructorParameters<typeof SimulatedAccessPoint>[0]> = {}) {
  const clock = new ManualClock()
  return {
    accessPoint: new SimulatedAccessPoint({ clock, ...rest }),
    settings,
    // After what has been asked of the machine in between has been answered.
    passTime: () => setImmediate(() => clock.move(10_000))
  }
}

accessPointContract(t, 'simulated', async () => aSimulated())

t.test('shows the Wi-Fi that the machine is in', async (t) => {
  const under = aSimulated({ ownWifi: async () => 'House' })
  await under.accessPoint.apply(settings)
  t.match(await stateOf(under, ({ kind }) => kind === 'up'), { running: { ssid: 'House' } })
})

t.test('shows its own name when the machine cannot say what Wi-Fi it is in', async (t) => {
  const under = aSimulated({ ownWifi: async () => Promise.reject(new Error('no nmcli')) })
  await under.accessPoint.apply(settings)
  t.match(await stateOf(under, ({ kind }) => kind === 'up'), { running: { ssid: settings.ssid } })
})

t.test('takes connected devices for stations, and each once', async (t) => {
  const { accessPoint } = aSimulated({ neighbours: () => ['10.0.0.7', '10.0.0.8'] })
  t.same(
    accessPoint.stations.map(({ address }) => address),
    ['10.0.0.7', '10.0.0.8']
  )
  t.not(accessPoint.stations[0]?.mac, accessPoint.stations[1]?.mac)
  accessPoint.join({ mac: 'aa:bb:cc:dd:ee:ff', address: '10.0.0.7', hostname: 'phone' })
  t.equal(accessPoint.stations.length, 2)
  accessPoint.leave('aa:bb:cc:dd:ee:ff')
  t.same(
    accessPoint.stations.map(({ hostname }) => hostname),
    [null, null]
  )
})
