import t from 'tap'
import { CONNECTIVITY_CHECK_HOSTS } from '../../../../service/network/connectivity-checks.ts'
import { chooseChannel } from '../../../../service/network/plan/channel-choice.ts'
import { dnsmasqConf } from '../../../../service/network/plan/dnsmasq-conf.ts'
import { hostapdConf } from '../../../../service/network/plan/hostapd-conf.ts'
import { nftablesRules } from '../../../../service/network/plan/nftables-rules.ts'

const wish = {
  interfaceName: 'wlan0',
  ssid: 'Río #1',
  passphrase: 'k7wp-x3md-9qta-hn2e',
  country: null,
  band: '2.4GHz',
  channel: 6,
  isolation: false,
  wpa3: true,
  clientLimit: 8
} as const

const lines = (text: string) => text.trim().split('\n')

t.test('hostapd: WPA2 and WPA3 beside it, never hidden, the name as bytes', async (t) => {
  const conf = lines(hostapdConf(wish))
  for (const line of [
    'ssid2=52c3ad6f202331',
    'wpa=2',
    'wpa_key_mgmt=WPA-PSK WPA-PSK-SHA256 SAE',
    'ieee80211w=1',
    'rsn_pairwise=CCMP',
    'ignore_broadcast_ssid=0',
    'ap_isolate=0',
    'max_num_sta=8',
    'hw_mode=g',
    'channel=6'
  ]) {
    t.ok(conf.includes(line), line)
  }
  t.notOk(
    conf.some((line) => line.startsWith('country_code')),
    'no country that nobody has said'
  )
})

t.test('hostapd: WPA2 alone where the radio cannot do more, and the country of the operator', async (t) => {
  const conf = lines(
    hostapdConf({ ...wish, wpa3: false, country: 'EC', band: '5GHz', channel: 36, isolation: true })
  )
  for (const line of ['wpa_key_mgmt=WPA-PSK', 'country_code=EC', 'hw_mode=a', 'ap_isolate=1']) {
    t.ok(conf.includes(line), line)
  }
  t.notMatch(conf.join('\n'), /SAE|ieee80211w/)
})

const addresses = {
  interfaceName: 'wlan0',
  address: '10.77.0.1',
  netmask: '255.255.255.0',
  portal: 'quiet',
  shareUplink: false,
  leaseFile: '/run/leases'
} as const

t.test('dnsmasq: our names and the check hosts, no gateway, and no other name', async (t) => {
  const conf = lines(dnsmasqConf(addresses))
  for (const line of [
    'host-record=waystation.lan,10.77.0.1',
    'host-record=captive.apple.com,10.77.0.1',
    'dhcp-option=option:router',
    'dhcp-authoritative',
    'no-resolv'
  ]) {
    t.ok(conf.includes(line), line)
  }
  t.notMatch(conf.join('\n'), /address=|server=/)
})

t.test('dnsmasq: without checks when the portal is off or there is real internet', async (t) => {
  for (const rest of [{ portal: 'off' } as const, { shareUplink: true }]) {
    const conf = dnsmasqConf({ ...addresses, ...rest })
    for (const host of CONNECTIVITY_CHECK_HOSTS) t.notOk(conf.includes(host), host)
  }
  t.match(dnsmasqConf({ ...addresses, shareUplink: true }), 'dhcp-option=option:router,10.77.0.1')
})

t.test('firewall: nothing comes in or passes but what is named', async (t) => {
  const ports = { http: 80, sync: 4321 }
  const rules = nftablesRules({ interfaceName: 'wlan0', lans: ['eth1'], ports, shareUplink: false })
  t.match(
    nftablesRules({ interfaceName: 'wlan0', lans: [], ports: { ...ports, https: 443 }, shareUplink: false }),
    /tcp dport \{[^}]*\b443\b/
  )
  t.equal(rules.match(/policy drop/g)?.length, 2)
  t.match(rules, 'iifname { "wlan0", "eth1" } tcp dport { 80, 4321 } accept')
  t.match(rules, 'iifname "wlan0" udp dport { 53, 67 } accept')
  t.notMatch(rules, /masquerade|oifname/)
  t.match(nftablesRules({ interfaceName: 'wlan0', lans: [], ports, shareUplink: true }), /masquerade/)
  t.notMatch(
    nftablesRules({ interfaceName: null, lans: [], ports, shareUplink: true }),
    /dport \{|masquerade/
  )
})

t.test('channel: the clear one with the least around it, and the reason', async (t) => {
  const channels = [1, 2, 3, 6, 11, 13].map((channel) => ({
    channel,
    band: '2.4GHz' as const,
    usable: channel !== 13
  }))
  const loudOn1 = { channel: 1, signalDbm: -40 }
  const heard = [loudOn1, { channel: 4, signalDbm: -60 }, { channel: 11, signalDbm: -80 }]
  t.match(chooseChannel('2.4GHz', channels, heard), { channel: 11, reason: /1 of 3 networks/ })
  t.match(chooseChannel('2.4GHz', channels, []), { channel: 1 })
  t.match(chooseChannel('2.4GHz', channels, null), { channel: 1, reason: /could not be listened to/ })
  t.equal(chooseChannel('5GHz', channels, []), null)
})
