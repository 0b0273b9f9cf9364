// Runs inside the virtual machine, as root: the hub is the access point on one simulated radio, the others are phones in
// namespaces of their own. Prints TAP.
import { execFile, spawn } from 'node:child_process'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { readFile, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { createInterface } from 'node:readline'
import { promisify } from 'node:util'

const execute = promisify(execFile)
const isLong = (await readFile('/proc/cmdline', 'utf8')).includes('appliance.long')
const [, only = ''] = /appliance\.only=(\S+)/.exec(await readFile('/proc/cmdline', 'utf8')) ?? []
const LIMIT_MS = 240_000
/** Each of its tests makes a network or joins one. */
const CONTRACT_LIMIT_MS = 600_000
let passed = 0
let failed = 0

const run = async (command, ...args) => (await execute(command, args, { timeout: LIMIT_MS })).stdout
const sh = (script) => run('sh', '-c', script)
const delay = (ms) => new Promise((resolve) => setTimeout(resolve, ms))

function ok(condition, what, detail = '') {
  condition ? passed++ : failed++
  console.log(`${condition ? 'ok' : 'not ok'} ${passed + failed} - ${what}`)
  if (!condition) console.log(`  ---\n  ${String(detail).replaceAll('\n', '\n  ')}\n  ...`)
}

/** Asks again until the answer is truthy. */
async function until(awaited, check) {
  // Not by the wall clock: a time server sets it.
  const end = performance.now() + LIMIT_MS
  let last
  while (performance.now() < end) {
    try {
      last = await check()
      if (last) return last
    } catch (error) {
      last = error
    }
    await delay(500)
  }
  throw new Error(`not within ${LIMIT_MS} ms: ${awaited}; last: ${last?.message ?? JSON.stringify(last)}`)
}

/** As test, in the long form of the suite alone. */
const longTest = async (name, body) => (isLong ? test(name, body) : true)

const WHAT_HAPPENED = `tail -5 /run/hub.log
for unit in network uplink hostapd@* dnsmasq; do journalctl -b --no-pager -n 12 -u "waystation-$unit"; done
tail -n 30 /run/*-gnome.log
journalctl -b --no-pager -n 20 -u NetworkManager
head -c 2000 /run/waystation-network/*answer.json; iw dev; iw reg get; ip route; ip -brief address`

async function test(name, body) {
  // The first two are what all others begin with.
  if (!name.includes(only) && !/^(power on|phones join)/.test(name)) return true
  const started = performance.now()
  try {
    await body()
    return true
  } catch (error) {
    ok(false, name, `${error.stack}\n${error.cause?.stack ?? ''}`)
    console.log(await sh(WHAT_HAPPENED).catch(String))
    return false
  } finally {
    console.log(`# ${name}: ${Math.round((performance.now() - started) / 1000)} s`)
  }
}

async function conclude() {
  console.log(`1..${passed + failed}`)
  console.log(`# { total: ${passed + failed}, pass: ${passed}, fail: ${failed} }`)
  // At once: stopping what the suite has started in an orderly way would take minutes.
  await run('systemctl', 'poweroff', '--force', '--force')
}

/** Runs a file of tests that are not written for this machine alone, in place of the hub, and takes its results for ours. */
async function contract(file) {
  await run('systemctl', 'stop', 'waystation.service')
  await plugInSecondRadio()
  const tests = spawn(process.execPath, ['--import', 'tsx', file], {
    env: { ...process.env, TAP_TIMEOUT: String(CONTRACT_LIMIT_MS / 1000) },
    stdio: ['ignore', 'pipe', 'inherit']
  })
  const ended = new Promise((resolve) => tests.once('exit', (code) => resolve(code === 0)))
  let said = ''
  for await (const line of createInterface({ input: tests.stdout })) {
    said += `${line}\n`
    const [, result, what] = /^(ok|not ok) \d+ - (.*?)(?: # time.*)?$/.exec(line) ?? []
    if (what === undefined) continue
    ok(result === 'ok', what, said)
    said = ''
  }
  ok(await ended, `${file} ran to its end`, said)
  if (failed > 0) console.log(await sh(WHAT_HAPPENED).catch(String))
}

const operator = async (path, init = {}) => {
  const token = (await readFile('/var/lib/waystation/keys/operator-token', 'utf8')).trim()
  const response = await fetch(`http://127.0.0.1${path}`, {
    ...init,
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json', ...init.headers }
  })
  return { status: response.status, body: await response.json() }
}
const change = (settings) => operator('/api/network', { method: 'PATCH', body: JSON.stringify(settings) })
const network = async () => (await operator('/api/network')).body
const isUp = (ssid) => async () => {
  const now = await network()
  return now.state === 'up' && (ssid === undefined || now.running.ssid === ssid) && now
}

/** Confirms the change on trial from a phone. @returns status of the answer */
async function confirmedBy(phone) {
  const token = (await readFile('/var/lib/waystation/keys/operator-token', 'utf8')).trim()
  return phone.curl(
    ...['-X', 'POST', '-o', '/dev/null', '-w', '%{http_code}', '-H', `authorization: Bearer ${token}`],
    `http://${address}/api/network/confirm`
  )
}

class Phone {
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
      `#!/bin/sh\nip address flush dev $interface\n[ "$1" = bound ] || exit 0\nip address add $ip/$mask dev $interface\nprintf '{"ip":"%s","router":"%s","dns":"%s"}' "$ip" "$router" "$dns" > /run/${this.name}.lease\n`,
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

const ana = new Phone('ana', 'wlan1')
const ben = new Phone('ben', 'wlan2')
const town = new Phone('town', 'wlan3')
await sh('mount -t tmpfs tmpfs /run/netns 2>/dev/null; mkdir -p /run/netns; true')
for (const phone of [ana, ben, town]) await phone.place()
await sh('ip netns add spare')
await putSecondRadioAway()
// Only now: one radio is left, and it is the hub's.
await run('systemctl', 'start', '--no-block', 'waystation.service')

let hub
let address
const isOn = await test('power on: the network is up', async () => {
  hub = await until('the network is up', isUp())
  address = hub.running.address
  ok(hub.radio.wpa3, 'the radio takes WPA3', JSON.stringify(hub.radio))
  ok([1, 6, 11].includes(hub.running.channel), `channel by survey: ${hub.running.channelReason}`)
  ok(/^[a-z2-9]{4}(-[a-z2-9]{4}){3}$/.test(hub.settings.passphrase), 'a passphrase of its own')
  ok(
    (await sh('ps -o user= -p $(pgrep -f "main.js run")')).trim().startsWith('waystat'),
    'the hub is not root'
  )
})

// Every other case would wait for it in vain.
if (!isOn) await conclude()

// Before anybody has joined: all radios of this machine keep to what each access point that one of them has joined says of its
// country, for as long as one of them is on the air.
await longTest('contract: the real access point', async () => {
  await contract('test/appliance/access-point.test.ts')
  await putSecondRadioAway()
  await run('systemctl', 'start', 'waystation.service')
  await until('the network of the hub is up again', isUp())
})

const joinHub = async (phone, key) => {
  const { ssid, passphrase } = hub.settings
  await phone.join({ ssid, passphrase, key })
  await phone.joined()
  return phone.lease()
}

await test('phones join by WPA2 and by SAE, and get an address and no gateway', async () => {
  const leases = [await joinHub(ana, 'WPA-PSK'), await joinHub(ben, 'SAE')]
  ok(/key_mgmt=SAE/.test(await ben.status()), 'SAE', await ben.status())
  ok(/key_mgmt=WPA2-PSK/.test(await ana.status()), 'WPA2', await ana.status())
  for (const lease of leases) {
    ok(
      lease.router === '' && lease.dns === address,
      'no gateway, and the hub for names',
      JSON.stringify(lease)
    )
  }
  const now = await until('both are listed', async () => {
    const list = await network()
    return list.stations.filter((station) => station.address !== null).length === 2 && list
  })
  ok(
    now.stations.every((station) => leases.some(({ ip }) => ip === station.address)),
    'stations with their addresses'
  )
  const board = await (await fetch('http://127.0.0.1/api/status')).json()
  ok(board.network.guests.length === 2 && board.network.stations === 2, 'on the Wi-Fi but not in the app')
  ok(!/([0-9a-f]{2}:){5}/.test(JSON.stringify(board)), 'no MAC on the board')
})

await test('a wrong passphrase stays outside', async () => {
  await town.join({ ssid: hub.settings.ssid, passphrase: 'not the passphrase' })
  await until('the key is refused', async () => /WRONG_KEY/.test(await readFile('/run/town.log', 'utf8')))
  ok((await network()).stations.length === 2, 'not on the list')
  await town.leave()
})

await test('names: ours are answered, others are refused at once', async () => {
  const dig = async (name, type = 'A') => ana.in('dig', `@${address}`, '+tries=1', '+time=5', name, type)
  for (const name of ['waystation.lan', 'waystation', 'waystation.local', 'connectivitycheck.gstatic.com']) {
    ok((await dig(name)).includes(`\t${address}`), name)
  }
  for (const name of ['waystation.lan', 'connectivitycheck.gstatic.com']) {
    // Browsers ask for HTTPS records before they ask for addresses.
    for (const type of ['AAAA', 'HTTPS']) {
      const answer = await dig(name, type)
      ok(/NOERROR/.test(answer) && /ANSWER: 0/.test(answer), `${name} ${type}: no such data`, answer)
    }
  }
  for (const name of ['example.org', 'www.google.com', 'api.whatsapp.net']) {
    ok(/REFUSED/.test(await dig(name)), `${name} is refused`)
  }
  ok((await ana.curl(`http://${address}/`)).includes('<html'), 'the page answers on port 80')
})

await test('connectivity checks are answered', async () => {
  const { CONNECTIVITY_CHECKS } = await import('../../service/network/connectivity-checks.ts')
  for (const check of CONNECTIVITY_CHECKS) {
    const text = await ana.curl(
      '-w',
      '\n%{http_code}',
      '--resolve',
      `${check.host}:80:${address}`,
      `http://${check.host}${check.path}`
    )
    ok(text === `${check.body ?? ''}\n${check.status}`, `${check.system}: ${check.host}${check.path}`, text)
  }
  ok(
    (await ana.curl(
      '-o',
      '/dev/null',
      '-w',
      '%{http_code}',
      '-H',
      'Host: www.example.org',
      `http://${address}/api/network`
    )) === '403',
    'other hosts are none of ours'
  )
})

await test('CoMapeo phones find the hub by mDNS alone, invite it, and exchange over the air', async () => {
  const { startPhone } = await import('../phones/phone.ts')
  const { inviteDirectly } = await import('../support/invite-directly.ts')
  const ends = []
  const owner = {
    teardown: (end) => ends.push(end),
    fail: (message) => console.log(`# a phone ended: ${message}`)
  }
  const start = async (phone, version, name) =>
    startPhone(owner, {
      version,
      name,
      place: { namespace: phone.name, address: (await phone.lease()).ip },
      limitMs: LIMIT_MS
    })
  try {
    const [anas, bens] = [await start(ana, '7.1.0', 'Ana'), await start(ben, '5.5.0', 'Ben')]
    const { deviceId } = (await operator('/api/status')).body.hub
    const found = await anas.findDevice()
    ok(String(found.addresses) === address, 'found at the address of the hub', JSON.stringify(found))
    const dialFound = async (phone) => {
      const { port, addresses } = await phone.findDevice()
      await phone.dial({ deviceId, port, host: String(addresses[0]) })
    }
    await dialFound(anas)
    const project = await anas.createProject('Forest')
    ok((await project.invite(deviceId)) === 'ACCEPT', 'the hub joins')
    const bensProject = await inviteDirectly({ inviter: anas, project }, bens)
    await bens.disconnect()
    await anas.disconnect()
    // Never there together: what passes, passes through the hub.
    await dialFound(anas)
    await project.startSync()
    const taken = await project.observeMany(3, { photos: 1 })
    await project.doneWith(deviceId)
    await anas.disconnect()
    await dialFound(bens)
    await bensProject.startSync()
    await bensProject.waitForVersions(taken)
    const photos = taken.flatMap((document) => document.photos)
    const got = await bensProject.waitForPhotos(photos, 'original')
    ok(
      String(got) === String(photos.map(({ sha256 }) => sha256.original)),
      'observations and photos, byte for byte'
    )
    const { stations } = await network()
    ok(
      stations.some((station) => station.deviceId === bens.deviceId),
      'the station is known as the device'
    )
  } finally {
    for (const end of ends.reverse()) await end()
  }
})

/** Programs that listen everywhere and answer whatever they are sent: what the firewall lets through to them is open. */
async function listenEverywhere() {
  const servers = [22, 8080].map((port) =>
    createServer((socket) => socket.end('hello')).listen(port, '0.0.0.0')
  )
  await Promise.all(servers.map((server) => once(server, 'listening')))
  const sockets = [69, 123, 161, 1900].map((port) => {
    const socket = createSocket('udp4')
    socket.on('message', (message, { address, port }) => socket.send(message, port, address))
    return socket.bind(port, '0.0.0.0')
  })
  await Promise.all(sockets.map((socket) => once(socket, 'listening')))
  return { close: () => [...servers, ...sockets].forEach((one) => one.close()) }
}

const nmap = (namespace, ...args) =>
  run('ip', 'netns', 'exec', namespace, 'nmap', '-n', '-Pn', '--max-retries', '1', ...args)
/** @returns ports and states by protocol, such as `80/tcp open` */
const portsIn = (scan) =>
  [...scan.matchAll(/^(\d+\/\w+)\s+(\S+)/gm)].map(([, port, state]) => `${port} ${state}`)

const PROBED_TCP = '22,53,80,111,443,5353,8080'
// Names, addresses, the clock, multicast DNS, and what boxes are often left open with.
const PROBED_UDP = '53,67,69,123,137,161,1900,5353'

await test('only what is served is open, over TCP and UDP', async () => {
  const listeners = await listenEverywhere()
  const { sync } = (await operator('/api/status')).body
  const tcp = `${PROBED_TCP},${sync.port}`
  try {
    const toPhones = [
      ...portsIn(await nmap(ana.name, '-sS', '-p', tcp, address)),
      ...portsIn(await nmap(ana.name, '-sU', '-p', PROBED_UDP, address))
    ]
    const open = toPhones.filter((port) => port.endsWith(' open'))
    const served = ['53/tcp', '53/udp', '80/tcp', `${sync.port}/tcp`]
    const missing = served.filter((port) => !open.includes(`${port} open`))
    ok(missing.length === 0, 'to phones: names, the page and the sync port', toPhones.join('\n'))
    const more = open.filter(
      (port) => ![...served, '67/udp', '5353/udp'].some((one) => port === `${one} open`)
    )
    ok(more.length === 0, 'to phones: nothing else, whatever listens', toPhones.join('\n'))

    await sh(
      'ip link add up0 type veth peer name up1 && ip netns add outside && ip link set up1 netns outside && ip address add 192.168.50.1/24 dev up0 && ip link set up0 up && ip -n outside address add 192.168.50.2/24 dev up1 && ip -n outside link set up1 up'
    )
    // Of the uplink not even that a port is closed is told: every probe is dropped.
    const scans = [
      await nmap('outside', '-sS', '-p', tcp, '192.168.50.1'),
      await nmap('outside', '-sU', '-p', PROBED_UDP, '192.168.50.1')
    ]
    const states = scans.flatMap(portsIn)
    const told = states.filter((port) => !port.endsWith('filtered'))
    const probes = tcp.split(',').length + PROBED_UDP.split(',').length
    ok(told.length === 0 && states.length === probes, 'to the uplink side: nothing', scans.join('\n'))
  } finally {
    listeners.close()
  }
})

await longTest('what is served is open to a network that is named', async () => {
  const { sync } = (await operator('/api/status')).body
  const isListening = async () => (await readFile('/run/hub.log', 'utf8')).includes('"interface":"up0"')
  ok(!(await isListening()), 'not found by mDNS there before')
  await fulfilled({ lans: ['up0'] })
  const found = await new Phone('outside', 'up1').browse('192.168.50.2')
  ok(found.endsWith('._comapeo._tcp.local') && (await isListening()), 'and then it is')
  const scan = portsIn(await nmap('outside', '-sS', '-p', `${PROBED_TCP},${sync.port}`, '192.168.50.1'))
  const open = scan.filter((port) => port.endsWith(' open'))
  const served = ['80/tcp open', `${sync.port}/tcp open`]
  ok(String(open) === String(served), 'the page and the sync port', scan.join('\n'))
  await fulfilled({ lans: [] })
  const again = portsIn(await nmap('outside', '-sS', '-p', `80,${sync.port}`, '192.168.50.1'))
  ok(
    again.every((port) => port.endsWith(' filtered')),
    'and shut again',
    again.join('\n')
  )
})

await test('hostapd is killed: seen, and phones come back', async () => {
  await sh('kill -9 $(pidof hostapd)')
  await until('hostapd runs again', () => sh('pidof hostapd'))
  await until('the network is up', isUp())
  await ana.joined()
  ok(true, 'back')
})

await test('dnsmasq is killed: seen, and started again, and phones keep their addresses', async () => {
  const before = await ana.lease()
  await sh('kill -9 $(pidof dnsmasq); rm -f /run/waystation-network/leases')
  await until('dnsmasq runs again', () => sh('pidof dnsmasq'))
  ok((await ana.lease()).ip === before.ip, 'the same address without a lease file')
})

await test('the radio goes and comes back', async () => {
  const phy = (await sh('iw dev wlan0 info | sed -n "s/.*wiphy /phy/p"')).trim()
  await sh(`iw phy ${phy} set netns name spare`)
  const down = await until('said', async () => (await network()).state === 'down' && network())
  ok(down.problem === 'no-radio' || down.problem === 'radio-failed', `down: ${down.problem}`)
  await sh(`ip netns exec spare iw phy ${phy} set netns 1`)
  await until('the network is up', isUp())
  ok(true, 'up again')
})

await longTest('the radio is switched off by software: said, and switched on again', async () => {
  const phy = (await sh('iw dev wlan0 info | sed -n "s/.*wiphy /phy/p"')).trim()
  await sh(`for soft in /sys/class/ieee80211/${phy}/rfkill*/soft; do echo 1 > $soft; done`)
  const down = await until('said', async () => {
    const now = await network()
    return now.state !== 'up' && now
  })
  ok(down.problem === 'radio-blocked' || down.problem === 'radio-failed', `down: ${down.problem}`)
  await until('the network is up', isUp())
  ok((await sh(`cat /sys/class/ieee80211/${phy}/rfkill*/soft`)).trim() === '0', 'on again')
})

await longTest('welcome: a phone is shown the page once, and then told that all is well', async () => {
  // Ana has looked at the page already.
  await ben.joined()
  await ben.lease()
  const checked = () =>
    ben.curl(
      ...['-o', '/dev/null', '-w', '%{http_code} %{redirect_url}'],
      ...['--resolve', `connectivitycheck.gstatic.com:80:${address}`],
      'http://connectivitycheck.gstatic.com/generate_204'
    )
  await operator('/api/network', { method: 'PATCH', body: JSON.stringify({ portal: 'welcome' }) })
  await until('the mode', async () => (await network()).settings.portal === 'welcome')
  const first = await checked()
  ok(/^30[27] http:/.test(first), 'sent to the page', first)
  const [, page] = first.split(' ')
  ok((await ben.curl(page)).includes('<html'), 'which is there')
  ok((await checked()) === first, 'fetched alone, it has been seen by nobody')
  // As the page does as long as it is open.
  await ben.curl('-m', '5', '-o', '/dev/null', `${page}api/events`).catch(() => {})
  const then = await checked()
  ok(then.startsWith('204'), 'and then connected', then)
  await operator('/api/network', { method: 'PATCH', body: JSON.stringify({ portal: 'quiet' }) })
})

await test('isolation: phones see the hub and not each other', async () => {
  await operator('/api/network', {
    method: 'PATCH',
    body: JSON.stringify({ isolation: true, country: 'EC' })
  })
  await until('up and isolated', async () => (await network()).running?.isolation && (await isUp()()))
  ok(/country EC:/.test(await run('iw', 'reg', 'get')), 'the radio follows the rules of the country')
  const anas = await joinHub(ana, 'WPA-PSK')
  const bens = await joinHub(ben, 'SAE')
  if (isLong)
    ok((await ana.browse(anas.ip)).endsWith('._comapeo._tcp.local'), 'the hub is found by mDNS all the same')
  ok(/ 0% packet loss/.test(await ana.in('ping', '-c', '2', '-W', '10', address)), 'the hub')
  const toBen = await ana.in('ping', '-c', '2', '-W', '5', bens.ip).catch((error) => error.stdout)
  ok(/100% packet loss/.test(toBen), 'not each other', toBen)
  const elsewhere = await operator('/api/network/confirm', { method: 'POST', body: '{}' })
  ok(elsewhere.status === 409, 'not confirmed from elsewhere')
  ok((await confirmedBy(ana)) === '200', 'confirmed from the new network')
})

await test('a change that nobody confirms goes back by itself', async () => {
  const { ssid } = hub.settings
  const bad = await operator('/api/network', { method: 'PATCH', body: JSON.stringify({ channel: 14 }) })
  ok(bad.status === 400, 'what would lock out is refused', JSON.stringify(bad.body))
  await change({ ssid: 'Lost', clientLimit: 1 })
  await until('on trial', isUp('Lost'))
  const { passphrase } = hub.settings
  await ana.join({ ssid: 'Lost', passphrase })
  await ana.joined()
  await ben.join({ ssid: 'Lost', passphrase })
  // IEEE 802.11 status 17: the access point cannot take another station.
  await until('the second is turned away', async () =>
    /status_code=17/.test(await readFile('/run/ben.log', 'utf8'))
  )
  ok((await network()).stations.length === 1, 'limit of clients')
  await until('back, first half', async () => (await network()).confirmBy === null)
  await until('back', isUp(ssid))
  ok(true, 'back')
})

await longTest('a channel that the country does not allow: said in words', async () => {
  const { ssid } = hub.settings
  await change({ country: 'US', channel: 13 })
  const refused = await until('it is said', async () => {
    const now = await network()
    return now.state === 'down' && now
  })
  ok(refused.problem === 'mode-refused' && /channel 13/.test(refused.problemDetail), refused.problemDetail)
  await operator('/api/network/revert', { method: 'POST', body: '{}' })
  await until('the network is up', isUp(ssid))
})

await test('two radios: one network on both bands, and one of them carries it alone', async () => {
  await plugInSecondRadio()
  await change({ country: 'EC', isolation: false, secondRadio: true })
  const now = await until('both are on the air', async () => {
    const list = await network()
    return list.state === 'up' && list.running.second && list
  })
  const { running } = now
  ok(running.band === '2.4GHz' && running.second.band === '5GHz', running.second.channelReason)
  const { ssid, passphrase } = hub.settings
  const frequencyOf = (channel) => (channel > 14 ? 5000 + 5 * channel : 2407 + 5 * channel)
  await ana.join({ ssid, passphrase, key: 'WPA-PSK', frequency: frequencyOf(running.channel) })
  await ana.joined()
  await ana.lease()
  ok((await confirmedBy(ana)) === '200', 'confirmed')
  await ben.join({ ssid, passphrase, key: 'SAE', frequency: frequencyOf(running.second.channel) })
  await ben.joined()
  const bens = await ben.lease()
  ok(/freq=5/.test(await ben.status()) && /freq=2/.test(await ana.status()), 'a phone on each band')
  await until('both are listed', async () => (await network()).stations.length === 2)
  ok(
    / 0% packet loss/.test(await ana.in('ping', '-c', '2', '-W', '10', bens.ip)),
    'phones of one band reach those of the other'
  )
  if (!isLong) return

  await change({ isolation: true })
  await until('isolated', async () => {
    const { state, running } = await network()
    return state === 'up' && running.isolation && running.second
  })
  await ana.joined()
  await ana.lease()
  ok((await confirmedBy(ana)) === '200', 'confirmed')
  await ben.joined()
  await ben.lease()
  ok(/ 0% packet loss/.test(await ana.in('ping', '-c', '2', '-W', '10', address)), 'isolated: the hub')
  const toBen = await ana.in('ping', '-c', '2', '-W', '5', bens.ip).catch((error) => error.stdout)
  ok(/100% packet loss/.test(toBen), 'isolated: nobody of the other band', toBen)
  ok((await ben.browse(bens.ip)).endsWith('._comapeo._tcp.local'), 'isolated: the hub is found by mDNS')

  await putSecondRadioAway()
  const alone = await until('it is said', async () => {
    const list = await network()
    return list.state === 'degraded' && list
  })
  ok(alone.problem === 'second-radio-failed', 'the second radio goes: said')
  ok((await ana.status()).includes('wpa_state=COMPLETED'), 'and who is on the first one stays')
  await plugInSecondRadio()
  await until('it is back', async () => (await network()).running?.second && (await isUp()()))
  ok(true, 'it is taken up again when it is back')
  await change({ secondRadio: false, isolation: false })
  await until('one radio alone', async () => {
    const { state, running } = await network()
    return state === 'up' && running.second === null
  })
  await ana.joined()
  await ana.lease()
  ok((await confirmedBy(ana)) === '200', 'confirmed')
})

/** Longer than the hub waits for a service that does nothing. */
const SLOW_MS = 90_000

await longTest('slow: a wish that takes minutes is waited for, and not placed again', async () => {
  const wish = async () => JSON.parse(await readFile('/run/waystation/network-request.json', 'utf8')).id
  const answered = async () => JSON.parse(await readFile('/run/waystation-network/answer.json', 'utf8')).id
  await change({ portal: 'off' })
  const placed = await wish()
  const pid = await until('the service is at work', async () => {
    const main = await run('systemctl', 'show', '--property=MainPID', '--value', 'waystation-network.service')
    return main.trim() !== '0' && main.trim()
  })
  await run('kill', '-STOP', pid)
  await delay(SLOW_MS)
  ok((await network()).state === 'up' && (await wish()) === placed, 'the hub waits', await wish())
  await run('kill', '-CONT', pid)
  await until('it is fulfilled', async () => (await answered()) === placed)
  await fulfilled({ portal: 'quiet' })
})

const TOWN = { ssid: 'Town hall', passphrase: 'town passphrase', address: '192.168.60.1' }
let isTownThere = false
/** A town with a Wi-Fi, a time server that is an hour ahead, and a web page. Once there, it stays as it is. */
async function buildTown({ channel } = { channel: 6 }) {
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

/** Into nobody's hands. */
async function putSecondRadioAway() {
  await sh('iw phy $(iw dev wlan4 info | sed -n "s/.*wiphy /phy/p") set netns name spare')
}

/** Of the radio that was in nobody's hands, if it still is. */
async function plugInSecondRadio() {
  await sh(
    '[ -e /sys/class/net/wlan4 ] || ip netns exec spare iw phy $(ip netns exec spare iw dev wlan4 info | sed -n "s/.*wiphy /phy/p") set netns 1'
  )
}

/** A laptop with GNOME's own network software, in place of the wpa_supplicant of a phone. */
async function gnome(phone) {
  await phone.leave()
  const bus = `unix:path=/run/${phone.name}-bus`
  await sh(
    `mkdir -p /run/waystation-machine /run/NetworkManager /etc/netns/${phone.name}; touch /run/waystation-machine/resolv.conf; echo nameserver ${address} > /etc/netns/${phone.name}/resolv.conf`
  )
  await writeFile(
    '/run/gnome.conf',
    `[main]\nplugins=keyfile\nrc-manager=unmanaged\nno-auto-default=*\n[keyfile]\npath=/run/NetworkManager/system-connections\nunmanaged-devices=*,except:interface-name:${phone.radio}\n[connectivity]\nuri=http://nmcheck.gnome.org/check_network_status.txt\n`
  )
  const software = spawn(
    'ip',
    [
      'netns',
      'exec',
      phone.name,
      'sh',
      '-c',
      // NetworkManager waits for udev to have seen the radio, unless it cannot write to /sys: there is no udev in here.
      `exec >/run/${phone.name}-gnome.log 2>&1
      mount -o remount,bind,ro /sys
      mount -t tmpfs tmpfs /run/NetworkManager && mount -t tmpfs tmpfs /var/lib/NetworkManager
      dbus-daemon --config-file=/usr/share/dbus-1/system.conf --nofork --nopidfile --address=${bus} &
      until [ -e /run/${phone.name}-bus ]; do sleep 0.2; done
      wpa_supplicant -u -s & NetworkManager --no-daemon --config=/run/gnome.conf & wait`
    ],
    { env: { ...process.env, DBUS_SYSTEM_BUS_ADDRESS: bus }, detached: true, stdio: 'ignore' }
  )
  const nmcli = async (...args) =>
    (await phone.in('env', `DBUS_SYSTEM_BUS_ADDRESS=${bus}`, 'nmcli', ...args)).trim()
  return { nmcli, end: () => process.kill(-software.pid, 'SIGKILL') }
}

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

/** Places a wish, and waits until the service has fulfilled it. */
async function fulfilled(settings) {
  const answerId = async () => JSON.parse(await readFile('/run/waystation-network/answer.json', 'utf8')).id
  const before = await answerId()
  await change(settings)
  await until('the wish is fulfilled', async () => (await answerId()) !== before)
  return until('the network is up', isUp())
}

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
    const { SimulatedAccessPoint } = await import('../../service/network/simulated-access-point.ts')
    const { joinedWifi } = await import('../../service/network/host/town-wifi.ts')
    const { systemClock } = await import('../../service/clock.ts')
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

await longTest('contract: the real way out', async () => {
  await buildTown()
  await contract('test/appliance/uplink.test.ts')
})

await conclude()
