import { spawn } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import { until } from './machine.js'
import { town } from './scene.js'

export const TOWN = { ssid: 'Town hall', passphrase: 'town passphrase', address: '192.168.60.1' }
let isTownThere = false
/** A town with a Wi-Fi, a time server that is an hour ahead, and a web page. Once there, it stays as it is. */
export async function buildTown({ channel } = { channel: 6 }) {
  if (isTownThere) return
  isTownThere = true
  const { radio } = town
  await town.leave()
  await writeFile(
    '/run/town-hostapd.conf',
    `interface=${radio}\ndriver=nl80211\nctrl_interface=/run/town-hostapd\nssid=${TOWN.ssid}\nhw_mode=g\nchannel=${channel}\nwpa=2\nwpa_key_mgmt=WPA-PSK\nrsn_pairwise=CCMP\nwpa_passphrase=${TOWN.passphrase}\n`
  )
  await writeFile(
    '/run/town-dnsmasq.conf',
    `interface=${radio}\nbind-interfaces\nexcept-interface=lo\nno-resolv\nno-hosts\npid-file=\ndhcp-range=192.168.60.10,192.168.60.99,1h\ndhcp-leasefile=/run/town-leases\naddress=/pool.ntp.org/${TOWN.address}\naddress=/town.example/${TOWN.address}\n`
  )
  await town.in('ip', 'address', 'flush', 'dev', radio)
  await town.in('ip', 'address', 'add', `${TOWN.address}/24`, 'dev', radio)
  await town.in('hostapd', '-B', '/run/town-hostapd.conf')
  await town.in('dnsmasq', '--conf-file=/run/town-dnsmasq.conf')
  spawn('ip', ['netns', 'exec', 'town', 'node', 'test/appliance/town.js'], { stdio: 'inherit' })
  await until('the town answers', () => town.curl(`http://${TOWN.address}/`))
}
