import t from 'tap'
import { defaultRouteInterface } from '../../../../service/network/uplink/default-route.ts'

const HEADER = 'Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT\n'
const LINK = 'wlan0\t00004D0A\t00000000\t0001\t0\t0\t0\t00FFFFFF\t0\t0\t0\n'
const via = (name: string, metric: number) =>
  `${name}\t00000000\t0132A8C0\t0003\t0\t0\t${metric}\t00000000\t0\t0\t0\n`

t.test('the own network is no way out', async (t) => {
  t.equal(defaultRouteInterface(HEADER + LINK), null)
  t.equal(defaultRouteInterface(''), null)
})

t.test('the way out is the one with the least metric', async (t) => {
  t.equal(defaultRouteInterface(HEADER + via('wlan1', 600) + LINK), 'wlan1')
  t.equal(defaultRouteInterface(HEADER + via('eth0', 1024) + via('wlan1', 600)), 'wlan1')
})
