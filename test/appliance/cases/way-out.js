import { randomBytes } from 'node:crypto'
import { readFile, rename, watch, writeFile } from 'node:fs/promises'
import { TOWN, buildTown } from '../build-town.js'
import { contract } from '../contract.js'
import { gnome } from '../gnome.js'
import { NO_UPLINK } from '../../../service/network/uplink/uplink-settings.ts'
import { delay, LIMIT_MS, run, sh, until } from '../machine.js'
import { nmap, portsIn, PROBED_TCP, PROBED_UDP } from '../ports.js'
import { longTest, ok } from '../report.js'
import {
  address,
  ana,
  ben,
  change,
  fulfilled,
  hub,
  isUp,
  joinHub,
  network,
  operator,
  town
} from '../scene.js'

await longTest('check: what NetworkManager of a laptop makes of the three modes', async () => {
  const { nmcli, end } = await gnome(town)
  try {
    const { ssid, passphrase } = hub.settings
    await until('it joins', () => nmcli('device', 'wifi', 'connect', ssid, 'password', passphrase))
    const says = async (portal, expected, what) => {
      await change({ portal })
      const last = await until(`${expected} in mode ${portal}`, async () => {
        const said = await nmcli('networking', 'connectivity', 'check')
        return said === expected && said
      })
      ok(last === expected, `${portal}, ${what}: ${expected}`)
    }
    // It asks nobody without a way to everywhere, and stays joined.
    await says('quiet', 'limited', 'without a gateway')
    await nmcli('connection', 'modify', ssid, 'ipv4.routes', `0.0.0.0/0 ${address}`)
    await nmcli('connection', 'up', ssid)
    await says('quiet', 'full', 'when it asks')
    await says('welcome', 'portal', 'when it asks')
    await says('off', 'limited', 'when it asks')
  } finally {
    end()
    await change({ portal: 'quiet' })
  }
})

await longTest(
  "a town's radio comes: the channel is chosen again, but not while a phone is joined",
  async () => {
    await joinHub(ana, 'WPA-PSK')
    await ben.leave()
    const { channel } = (await network()).running
    await buildTown({ channel })
    // Any wish is a reason to look again.
    const same = await fulfilled({ portal: 'off' })
    ok(same.running.channel === channel, 'it stays for the phone', JSON.stringify(same.running))
    await ana.leave()
    await until('nobody is joined', async () => (await network()).stations.length === 0)
    const moved = await until('it has moved', async () => {
      const now = await fulfilled({ portal: 'quiet' })
      return now.running.channel !== channel && now
    })
    ok(/moved from/.test(moved.running.channelReason), moved.running.channelReason)
  }
)

await longTest(
  "a town's Wi-Fi is used for what is asked, and phones stay out of it until it is shared",
  async () => {
    await joinHub(ana, 'WPA-PSK')
    // One scan can miss what is on the air: on a real radio, too.
    const heard = await until('the town is heard', async () => {
      const { networks } = (await operator('/api/network/scan', { method: 'POST', body: '{}' })).body
      return networks.find(({ ssid }) => ssid === TOWN.ssid)
    })
    ok(heard.secured, 'the town is heard', JSON.stringify(heard))
    const wifi = { ssid: TOWN.ssid, passphrase: TOWN.passphrase }
    const before = Date.now()
    await change({ uplink: { wifi, clock: true } })
    const { uplink } = await until('joined', async () => {
      const now = await network()
      return now.uplink.state === 'up' && now
    })
    ok(
      uplink.via === 'wifi' && uplink.address.startsWith('192.168.60.'),
      'an address there',
      JSON.stringify(uplink)
    )
    const { SimulatedAccessPoint } = await import('../../../service/network/simulated-access-point.ts')
    const { joinedWifi } = await import('../../../service/network/host/town-wifi.ts')
    const { systemClock } = await import('../../../service/clock.ts')
    const laptop = new SimulatedAccessPoint({ clock: systemClock, ownWifi: joinedWifi })
    await laptop.ready()
    await laptop.apply(hub.settings)
    await until('a simulated network is up', async () => laptop.state.kind === 'up')
    ok(laptop.state.running.ssid === TOWN.ssid, 'a hub without a Wi-Fi of its own shows that of its machine')
    await laptop.close()
    await until('the clock is set', () => Date.now() - before > 50 * 60_000)
    ok(true, 'the clock is set by a time server that is found by its name')

    const hubInTown = uplink.address
    const { sync } = (await operator('/api/status')).body
    const scans = [
      await nmap(town.name, '-sS', '-p', `${PROBED_TCP},${sync.port}`, hubInTown),
      await nmap(town.name, '-sU', '-p', PROBED_UDP, hubInTown)
    ]
    ok(
      scans.flatMap(portsIn).every((port) => port.endsWith('filtered')),
      'nothing of the hub is open to the town',
      scans.join('\n')
    )

    const closed = await ana.lease()
    ok(closed.router === '', 'no gateway', JSON.stringify(closed))
    // A phone that tries all the same.
    await ana.in('ip', 'route', 'replace', 'default', 'via', address)
    const tried = await ana.curl('-m', '5', `http://${TOWN.address}/`).catch(() => 'refused')
    ok(tried === 'refused', 'no way through', tried)

    await change({ shareUplink: true })
    const open = await until('a gateway is told', async () => {
      const lease = await ana.lease()
      return lease.router !== '' && lease
    })
    ok(open.router === address, 'the hub is the gateway', JSON.stringify(open))
    await ana.in('ip', 'route', 'replace', 'default', 'via', address)
    const seen = await until('the town is reached', () => ana.curl(`http://${TOWN.address}/`))
    ok(seen === `hello ${hubInTown}`, 'behind the address of the hub', seen)
    await town.in('ip', 'route', 'add', `${open.ip}/32`, 'via', hubInTown)
    const inwards = await town.in('ping', '-c', '2', '-W', '5', open.ip).catch((error) => error.stdout)
    ok(/100% packet loss/.test(inwards), 'the town reaches no phone', inwards)
    ok(
      (await ana.in('dig', '+short', `@${address}`, 'town.example')).trim() === TOWN.address,
      'names of the town'
    )

    await change({ shareUplink: false, uplink: { wifi: null, clock: false } })
    await until('left', async () => (await network()).uplink.state === 'none')
    const gone = await until('NetworkManager ends', async () =>
      (await sh('systemctl is-active NetworkManager systemd-timesyncd; true')).includes('inactive\ninactive')
    )
    ok(gone, 'what was started for it has ended')
    ok(
      (await sh('ls /run/NetworkManager/system-connections 2>/dev/null; true')) === '',
      'the passphrase is forgotten'
    )
  }
)

await longTest("a cable to the town's side is a way out by itself", async () => {
  await sh(
    'ip link add eth7 type veth peer name cable && ip link set cable netns town && ip -n town address add 192.168.70.1/24 dev cable && ip -n town link set cable up'
  )
  await town.in(
    ...[
      'dnsmasq',
      '--interface=cable',
      '--bind-interfaces',
      '--except-interface=lo',
      '--port=0',
      '--pid-file='
    ],
    ...['--dhcp-range=192.168.70.10,192.168.70.20', '--dhcp-leasefile=/run/cable-leases']
  )
  await sh('ip link set eth7 up; systemctl start systemd-networkd')
  const { uplink } = await until('it is taken up', async () => {
    const now = await network()
    return now.uplink.state === 'up' && now.uplink.address !== null && now
  })
  ok(
    uplink.via === 'cable' && uplink.address.startsWith('192.168.70.'),
    'by the cable',
    JSON.stringify(uplink)
  )
  await sh('ip link delete eth7')
  await until('it is gone', async () => (await network()).uplink.state === 'none')
})

/** How much later after an answer each wish is placed: the service needs a moment to end. */
const LATER_MS = 50
const WISHES = 16

await longTest('units: a wish that is placed while the service ends is fulfilled', async () => {
  await run('systemctl', 'stop', 'waystation.service')
  let count = 0
  while (count < WISHES && (await isFulfilled({ settings: NO_UPLINK, scan: false }))) {
    await delay(LATER_MS * count++)
  }
  ok(count === WISHES, `${WISHES} wishes, one after the other`, `not the one after ${count}`)
  await run('systemctl', 'start', 'waystation.service')
  await until('the network of the hub is up again', isUp())
})

/** @returns whether the service answers to a wish, at the moment at which it does */
async function isFulfilled(wish) {
  const id = randomBytes(8).toString('hex')
  const answers = watch('/run/waystation-network', { signal: AbortSignal.timeout(LIMIT_MS) })
  const file = '/run/waystation/uplink-request.json'
  await writeFile(`${file}.new`, JSON.stringify({ id, ...wish }))
  await rename(`${file}.new`, file)
  try {
    for await (const { filename } of answers) {
      if (filename !== 'uplink-answer.json') continue
      if (JSON.parse(await readFile(`/run/waystation-network/${filename}`, 'utf8')).id === id) return true
    }
  } catch (error) {
    if (error.name !== 'AbortError') throw error
  }
  return false
}

await longTest('contract: the real way out', async () => {
  await buildTown()
  await contract('test/appliance/uplink.test.ts')
})
