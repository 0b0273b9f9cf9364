// Everybody comes to the Wi-Fi of the hub: `arrive.js SSID PASSPHRASE`. Prints the leases, by name.
import { mkdir, writeFile } from 'node:fs/promises'
import { RADIOS } from './people.js'

const [ssid, passphrase] = process.argv.slice(2)
const leases = {}
for (const radio of RADIOS) {
  await radio.place()
  await radio.join({ ssid, passphrase, key: radio.name === 'ben' ? 'SAE' : 'WPA-PSK' })
  await radio.joined()
  const lease = await radio.lease()
  await mkdir(`/etc/netns/${radio.name}`, { recursive: true })
  await writeFile(`/etc/netns/${radio.name}/resolv.conf`, `nameserver ${lease.dns}\n`)
  leases[radio.name] = lease
}
console.log(JSON.stringify(leases))
