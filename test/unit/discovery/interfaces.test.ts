import type { NetworkInterfaceInfo } from 'node:os'
import t from 'tap'
import { usableInterfaces } from '../../../service/discovery/network-interfaces.ts'
import { isOnLink } from '../../../service/discovery/on-link.ts'

const at = (address: string, { netmask = '255.255.255.0', internal = false } = {}): NetworkInterfaceInfo => ({
  address,
  netmask,
  internal,
  family: 'IPv4',
  mac: '00:00:00:00:00:00',
  cidr: null
})
const ipv6: NetworkInterfaceInfo = { ...at('fe80::1'), family: 'IPv6', scopeid: 2 }
const loopback = { lo: [at('127.0.0.1', { netmask: '255.0.0.0', internal: true })] }

t.test('the hub is found on private IPv4 addresses alone', async (t) => {
  const usable = usableInterfaces({
    ...loopback,
    wlan0: [ipv6, at('192.168.4.1')],
    eth0: [at('203.0.113.7')],
    tun0: [ipv6]
  })
  t.same(usable, [{ name: 'wlan0', address: '192.168.4.1', netmask: '255.255.255.0', internal: false }])
})

t.test('each address of an interface is a link', async (t) => {
  const usable = usableInterfaces({ wlan0: [at('192.168.4.1'), at('10.0.0.1')] })
  t.same(
    usable.map(({ address }) => address),
    ['192.168.4.1', '10.0.0.1']
  )
})

t.test('loopback is used when there is nothing else', async (t) => {
  t.match(usableInterfaces({ ...loopback, eth0: [at('203.0.113.7')] }), [{ name: 'lo', internal: true }])
  t.same(usableInterfaces({}), [])
})

t.test('a sender is on the link when its address is in the subnet', async (t) => {
  const link = { address: '10.20.0.7', netmask: '255.255.0.0' }
  t.ok(isOnLink('10.20.255.255', link))
  t.notOk(isOnLink('10.21.0.1', link))
  t.notOk(isOnLink('fe80::1', link))
  t.notOk(isOnLink('', link))
  t.notOk(isOnLink('10.20.0.8', { ...link, netmask: '255.255.255.255' }))
})
