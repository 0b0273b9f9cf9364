import t from 'tap'
import { clientLimitOf } from '../../../../service/network/radio/client-limits.ts'
import { parseRadios, parseScan, parseStations } from '../../../../service/network/radio/iw-text.ts'
import { parseLeases } from '../../../../service/network/leases.ts'

const LIST = `Wiphy phy0
	wiphy index: 0
	Supported interface modes:
		 * managed
		 * AP
		 * monitor
	Band 1:
		Frequencies:
			* 2412.0 MHz [1] (20.0 dBm)
			* 2472.0 MHz [13] (20.0 dBm) (no IR)
			* 2484.0 MHz [14] (disabled)
	Supported commands:
		 * new_interface
		 * authenticate
	Maximum associated stations in AP mode: 32
Wiphy phy1
	Supported interface modes:
		 * managed
	Band 2:
		Frequencies:
			* 5260.0 MHz [52] (20.0 dBm) (no IR, radar detection)
	Supported commands:
		 * connect
`
const DEV = 'phy#1\n\tInterface wlan1\n\t\ttype managed\nphy#0\n\tInterface wlan0\n\t\ttype AP\n'

t.test('radios: what each can do, and its interfaces', async (t) => {
  t.same(parseRadios(LIST, DEV), [
    {
      phy: 'phy0',
      interfaces: ['wlan0'],
      canBeAccessPoint: true,
      wpa3: true,
      clientLimit: 32,
      channels: [
        { channel: 1, band: '2.4GHz', usable: true },
        { channel: 13, band: '2.4GHz', usable: false },
        { channel: 14, band: '2.4GHz', usable: false }
      ]
    },
    {
      phy: 'phy1',
      interfaces: ['wlan1'],
      canBeAccessPoint: false,
      wpa3: false,
      clientLimit: null,
      channels: [{ channel: 52, band: '5GHz', usable: false }]
    }
  ])
  t.same(parseRadios('', ''), [])
})

t.test('stations: those that are joined, with what is known of them', async (t) => {
  const dump = `Station 02:00:00:00:01:00 (on wlan0)
	inactive time:	1200 ms
	rx bytes:	3000
	tx bytes:	400
	signal:  	-30 dBm
	tx bitrate:	54.0 MBit/s
	authorized:	yes
	connected time:	12 seconds
Station 02:00:00:00:02:00 (on wlan0)
	authorized:	no
`
  t.match(parseStations(dump), [
    {
      mac: '02:00:00:00:01:00',
      authorized: true,
      signalDbm: -30,
      rateMbps: 54,
      idleMs: 1200,
      connectedMs: 12000,
      receivedBytes: 3000,
      sentBytes: 400
    },
    { authorized: false, signalDbm: null, connectedMs: 0 }
  ])
})

t.test('scans and leases', async (t) => {
  const scan = `BSS 00:11:22:33:44:55(on wlan0)
	freq: 2437.0
	signal: -61.00 dBm
	DS Parameter set: channel 6
BSS 00:11:22:33:44:66(on wlan0)
	signal: -70.00 dBm
`
  t.same(parseScan(scan), [{ channel: 6, signalDbm: -61 }])
  t.same(
    [
      ...parseLeases(
        '1795 AA:bb:cc:dd:ee:ff 10.77.0.12 Anas-phone 01:aa\n1795 02:00:00:00:01:00 10.77.0.13 * *\n\n'
      )
    ],
    [
      ['aa:bb:cc:dd:ee:ff', { address: '10.77.0.12', hostname: 'Anas-phone' }],
      ['02:00:00:00:01:00', { address: '10.77.0.13', hostname: null }]
    ]
  )
})

t.test("a Raspberry Pi's own radio takes eight phones, which the kernel does not say", async (t) => {
  t.equal(clientLimitOf('brcmfmac'), 8)
  t.equal(clientLimitOf('mt76x2u'), null)
  t.equal(clientLimitOf(null), null)
})
