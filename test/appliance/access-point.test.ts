import { pino } from 'pino'
import t from 'tap'
import { systemClock } from '../../service/clock.ts'
import { HostapdAccessPoint } from '../../service/network/hostapd-access-point.ts'
import { initialNetworkSettings } from '../../service/network/network-settings.ts'
import { accessPointContract } from '../contracts/access-point.ts'

// The hub's own timers keep no process alive: in a hub the page does.
const alive = setInterval(() => {}, 60_000)
t.teardown(() => clearInterval(alive))

// Run by suite.js inside the virtual machine, in place of the hub.
const settings = initialNetworkSettings({ hubName: 'River hub', passphrase: 'k7wp-x3md-9qta-hn2e' })

accessPointContract(t, 'hostapd', async () => ({
  accessPoint: new HostapdAccessPoint({
    ports: () => ({ http: 80, sync: 5000 }),
    clock: systemClock,
    logger: pino({ level: 'silent' })
  }),
  settings,
  passTime: () => {}
}))
