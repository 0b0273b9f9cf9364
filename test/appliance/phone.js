import { readFile, writeFile } from 'node:fs/promises'
import { run, sh, until } from './machine.js'

/** A radio in a namespace of its own, which joins what it is told. */
export class Phone {
  constructor(name, radio) {
    Object.assign(this, { name, radio })
  }
  async place() {
    const phy = (await run('iw', 'dev', this.radio, 'info')).match(/wiphy (\d+)/)[1]
    await run('ip', 'netns', 'add', this.name)
    await run('iw', 'phy', `phy${phy}`, 'set', 'netns', 'name', this.name)
    await this.in('ip', 'link', 'set', 'lo', 'up')
    await this.in('ip', 'link', 'set', this.radio, 'up')
  }
  in(...command) {
    return run('ip', 'netns', 'exec', this.name, ...command)
  }
  /** Joins, and resolves when the handshake is complete: "connected" alone comes before it. */
  async join({ ssid, passphrase, key, frequency }) {
    await this.leave()
    const band = frequency === undefined ? '' : ` freq_list=${frequency}\n`
    const sae = key === 'SAE' ? 'key_mgmt=SAE\n ieee80211w=2\n sae_password' : 'key_mgmt=WPA-PSK\n psk'
    await writeFile(
      `/run/${this.name}.conf`,
      `ctrl_interface=/run/wpa-${this.name}\nsae_pwe=2\nnetwork={\n ssid="${ssid}"\n${band} ${sae}="${passphrase}"\n}\n`
    )
    await this.in(
      'wpa_supplicant',
      '-B',
      '-Dnl80211',
      '-i',
      this.radio,
      '-c',
      `/run/${this.name}.conf`,
      '-P',
      `/run/${this.name}.pid`,
      '-f',
      `/run/${this.name}.log`
    )
  }
  async joined() {
    await until(`${this.name} joins`, async () => (await this.status()).includes('wpa_state=COMPLETED'))
  }
  status() {
    return this.in('wpa_cli', '-p', `/run/wpa-${this.name}`, '-i', this.radio, 'status')
  }
  async leave() {
    await sh(
      `[ ! -e /run/${this.name}.pid ] || { kill $(cat /run/${this.name}.pid); while [ -e /run/${this.name}.pid ]; do sleep 0.1; done; }`
    )
  }
  /** @returns what the DHCP server gave: ip, router, dns */
  async lease() {
    await writeFile(
      `/run/${this.name}.lease.sh`,
      `#!/bin/sh\nip -4 address flush dev $interface\n[ "$1" = bound ] || exit 0\nip address add $ip/$mask dev $interface\nprintf '{"ip":"%s","router":"%s","dns":"%s"}' "$ip" "$router" "$dns" > /run/${this.name}.lease\n`,
      { mode: 0o755 }
    )
    await this.in(
      'busybox',
      'udhcpc',
      '-i',
      this.radio,
      '-n',
      '-q',
      '-t',
      '20',
      '-T',
      '2',
      '-s',
      `/run/${this.name}.lease.sh`
    )
    return JSON.parse(await readFile(`/run/${this.name}.lease`, 'utf8'))
  }
  /** @returns the first instance that answers to multicast DNS */
  async browse(address) {
    const script = `import make from 'multicast-dns'
      const mdns = make({ interface: '${address}', bind: '0.0.0.0' })
      mdns.on('response', ({ answers }) => {
        const found = answers.find(({ type, name }) => type === 'PTR' && name === '_comapeo._tcp.local')
        if (found) process.stdout.write(found.data, () => process.exit(0))
      })
      setInterval(() => mdns.query('_comapeo._tcp.local', 'PTR'), 1000)`
    return this.in('timeout', '60', 'node', '--input-type=module', '-e', script)
  }
  curl(...args) {
    return this.in('curl', '-s', '-m', '20', ...args)
  }
}
