import { pino } from 'pino'
import t from 'tap'
import { systemClock } from '../../service/clock.ts'
import { HostUplink } from '../../service/network/uplink/host-uplink.ts'
import { uplinkContract } from '../contracts/uplink.ts'

// The hub's own timers keep no process alive: in a hub the page does.
const alive = setInterval(() => {}, 60_000)
t.teardown(() => clearInterval(alive))

// Run by suite.js inside the virtual machine, in place of the hub, with the town in reach.
uplinkContract(t, 'NetworkManager', async () => ({
  uplink: new HostUplink({
    ownInterface: () => 'wlan0',
    clock: systemClock,
    logger: pino({ level: 'silent' })
  }),
  town: { ssid: 'Town hall', passphrase: 'town passphrase' },
  passTime: () => {}
}))
