import t from 'tap'
import { CONNECTIVITY_CHECK_HOSTS } from '../../../../service/network/connectivity-checks.ts'
import { chooseChannel, reconsiderChannel } from '../../../../service/network/plan/channel-choice.ts'
import { dnsmasqConf } from '../../../../service/network/plan/dnsmasq-conf.ts'
import { hostapdConf, hostapdUnit } from '../../../../service/network/plan/hostapd-conf.ts'
import { networkManagerConf } from '../../../../service/network/plan/network-manager-conf.ts'
import { nftablesRules } from '../../../../service/network/plan/nftables-rules.ts'
import { resolvConf } from '../../../../service/network/plan/resolv-conf.ts'

const wish = {
  interfaceName: 'wlan0',
  bridge: null,
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
  const rules = nftablesRules({
    interfaceName: 'wlan0',
    bridge: null,
    lans: ['eth1'],
    ports,
    shareUplink: false
  })
  t.match(
    nftablesRules({
      interfaceName: 'wlan0',
      bridge: null,
      lans: [],
      ports: { ...ports, https: 443 },
      shareUplink: false
    }),
    /tcp dport \{[^}]*\b443\b/
  )
  t.equal(rules.match(/policy drop/g)?.length, 2)
  t.match(rules, 'iifname { "wlan0", "eth1" } tcp dport { 80, 4321 } accept')
  t.match(rules, 'iifname "wlan0" udp dport { 53, 67 } accept')
  t.match(rules, 'iifname != "wlan0" icmpv6 type nd-router-advert accept', 'no phone is a router')
  t.notMatch(rules, /masquerade|oifname/)
  t.match(
    nftablesRules({ interfaceName: 'wlan0', bridge: null, lans: [], ports, shareUplink: true }),
    /masquerade/
  )
  t.notMatch(
    nftablesRules({ interfaceName: null, bridge: null, lans: [], ports, shareUplink: true }),
    /dport \{|masquerade/
  )
})

t.test('two radios: one network by a bridge, each with a hostapd of its own', async (t) => {
  const conf = lines(hostapdConf({ ...wish, bridge: 'waystation0' }))
  t.ok(conf.includes('bridge=waystation0'))
  t.ok(conf.includes('ctrl_interface=/run/hostapd-wlan0'))
  t.notMatch(hostapdConf(wish), /bridge/)
  t.equal(hostapdUnit('wlan1'), 'waystation-hostapd@wlan1.service')
})

t.test(
  'firewall: phones of one radio are kept apart from those of the other, when that is wished',
  async (t) => {
    const rules = (bridge: 'open' | 'isolated' | null) =>
      nftablesRules({
        interfaceName: 'waystation0',
        bridge,
        lans: [],
        ports: { http: 80, sync: 4321 },
        shareUplink: false
      })
    t.match(rules('isolated'), /table bridge waystation \{\s+chain forward \{[^}]*policy drop/)
    // What isolation has left behind goes with it.
    t.match(rules('open'), 'delete table bridge waystation')
    t.notMatch(rules('open'), /table bridge waystation \{/)
    t.notMatch(rules(null), /bridge/, 'a machine without bridges is not asked for one')
  }
)

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

t.test('channel: a second look moves the network only for one that is better by far', async (t) => {
  const channels = [1, 6, 11].map((channel) => ({ channel, band: '2.4GHz' as const, usable: true }))
  const current = { channel: 1, reason: 'channel 1: quiet' }
  const again = (...heard: { channel: number; signalDbm: number }[]) =>
    reconsiderChannel(current, '2.4GHz', channels, heard)
  t.same(again(), current)
  t.same(again({ channel: 1, signalDbm: -88 }), current, 'a faint one')
  t.match(again({ channel: 1, signalDbm: -40 }), {
    channel: 6,
    reason: /moved from 1 while nobody was joined/
  })
  t.same(again({ channel: 6, signalDbm: -40 }), current, 'one that is elsewhere')
  t.same(reconsiderChannel(current, '2.4GHz', channels, null), current, 'deaf')
})

t.test(
  'NetworkManager has the second radio and no other interface, and keeps nothing on the card',
  async (t) => {
    const conf = lines(networkManagerConf({ interfaceName: 'wlan1' }))
    for (const line of [
      'unmanaged-devices=*,except:interface-name:wlan1',
      'path=/run/NetworkManager/system-connections',
      'rc-manager=unmanaged'
    ]) {
      t.ok(conf.includes(line), line)
    }
  }
)

t.test(
  'name servers: those of the Wi-Fi before those of the cable, each once, and not too many',
  async (t) => {
    const networkManager = '# Generated by NetworkManager\nnameserver 192.168.50.1\n'
    const networkd = 'OPER_STATE=routable\nDNS=10.0.0.1 192.168.50.1 10.0.0.2 10.0.0.3\nDOMAINS=lan\n'
    t.equal(
      resolvConf({ networkManager, networkd }),
      'nameserver 192.168.50.1\nnameserver 10.0.0.1\nnameserver 10.0.0.2\n'
    )
    t.equal(resolvConf({ networkManager: '', networkd: 'OPER_STATE=off\n' }), '')
  }
)
