import t from 'tap'
import { SimulatedUplink } from '../../../../service/network/uplink/simulated-uplink.ts'
import { NO_UPLINK } from '../../../../service/network/uplink/uplink-settings.ts'
import { uplinkContract } from '../../../contracts/uplink.ts'
import { ManualClock } from '../../../support/manual-clock.ts'

const town = { ssid: 'Town hall', passphrase: 'town passphrase' }

uplinkContract(t, 'simulated', async () => {
  const clock = new ManualClock()
  return { uplink: new SimulatedUplink({ clock }), town, passTime: () => clock.move(10_000) }
})

t.test('stays joined when something else is wished', async (t) => {
  const clock = new ManualClock()
  const uplink = new SimulatedUplink({ clock })
  await uplink.want({ ...NO_UPLINK, wifi: town })
  clock.move(10_000)
  await uplink.want({ wifi: { ...town }, clock: true })
  t.equal(uplink.state.kind, 'up')
})
