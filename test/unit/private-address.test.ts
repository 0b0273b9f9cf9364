import t from 'tap'
import { privateIPv4 } from '../../service/private-address.ts'

// First and last address of each range that phones accept.
const PRIVATE = [
  ['10.0.0.0', '10.255.255.255'],
  ['100.64.0.0', '100.127.255.255'],
  ['127.0.0.1', '127.255.255.255'],
  ['169.254.0.0', '169.254.255.255'],
  ['172.16.0.0', '172.31.255.255'],
  ['192.168.0.0', '192.168.255.255']
].flat()

// Their neighbours, and others that are no private IPv4.
const OTHERS = [
  '9.255.255.255',
  '11.0.0.0',
  '100.63.255.255',
  '100.128.0.0',
  '169.253.255.255',
  '172.15.255.255',
  '172.32.0.0',
  '192.167.255.255',
  '192.169.0.0',
  '8.8.8.8',
  '224.0.0.251',
  '::1',
  'fe80::1',
  'fd00::1',
  '::ffff:8.8.8.8',
  'waystation.local',
  ''
]

t.test('addresses of private networks are accepted as they are', async (t) => {
  for (const address of PRIVATE) t.equal(privateIPv4(address), address)
})

t.test('a private address mapped into IPv6 is told without the mapping', async (t) => {
  t.equal(privateIPv4('::ffff:192.168.4.7'), '192.168.4.7')
})

t.test('every other address is refused', async (t) => {
  for (const address of OTHERS) t.equal(privateIPv4(address), null, address)
  t.equal(privateIPv4(undefined), null, 'that of a socket that has closed meanwhile')
})
