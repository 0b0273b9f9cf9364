import { spawn } from 'node:child_process'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { run, sh, until } from '../machine.js'
import { nmap, portsIn, PROBED_TCP, PROBED_UDP } from '../ports.js'
import { longTest, ok, test } from '../report.js'
import { address, ana, ben, fulfilled, hub, operator, outside } from '../scene.js'

/** Programs that listen everywhere, over IPv4 and IPv6, and answer whatever they are sent: what gets through to them is open. */
async function listenEverywhere() {
  const servers = [22, 8080].map((port) =>
    // Who only looks whether it is open cuts it off.
    createServer((socket) => socket.on('error', () => {}).end('hello')).listen(port, '::')
  )
  await Promise.all(servers.map((server) => once(server, 'listening')))
  const sockets = [69, 123, 161, 546, 1900, 5355].map((port) => {
    const socket = createSocket('udp6')
    socket.on('message', (message, { address, port }) => socket.send(message, port, address))
    return socket.bind(port, '::')
  })
  await Promise.all(sockets.map((socket) => once(socket, 'listening')))
  return { close: () => [...servers, ...sockets].forEach((one) => one.close()) }
}

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
      'ip link add up0 type veth peer name up1 && ip netns add outside && ip link set up1 netns outside && ip address add 192.168.50.1/24 dev up0 && ip link set up0 up && ip -n outside address add 192.168.50.2/24 dev up1 && ip -n outside link set lo up && ip -n outside link set up1 up'
    )
    // Of the uplink not even that a port is closed is told: every probe is dropped.
    const scans = [
      await nmap(outside.name, '-sS', '-p', tcp, '192.168.50.1'),
      await nmap(outside.name, '-sU', '-p', PROBED_UDP, '192.168.50.1')
    ]
    const states = scans.flatMap(portsIn)
    const told = states.filter((port) => !port.endsWith('filtered'))
    const probes = tcp.split(',').length + PROBED_UDP.split(',').length
    ok(told.length === 0 && states.length === probes, 'to the uplink side: nothing', scans.join('\n'))
  } finally {
    listeners.close()
  }
})

/** @returns the hub's own address on a link, which every interface has */
const linkLocal = async (interfaceName) =>
  (await run('ip', '-6', '-o', 'address', 'show', 'dev', interfaceName, 'scope', 'link')).match(
    /inet6 (fe80:[^/]*)/
  )[1]

await longTest(
  'IPv6: phones reach what is served and the other side nothing, and nobody gives addresses',
  async () => {
    const listeners = await listenEverywhere()
    const { sync } = (await operator('/api/status')).body
    const ports = [`${PROBED_TCP},${sync.port}`, `${PROBED_UDP},546,5355`]
    const probe = async (phone, target) =>
      (await phone.in('node', 'test/appliance/probe.js', target, ...ports)).trim().split('\n')
    try {
      const toPhones = await probe(ana, `${await linkLocal(hub.running.interfaceName)}%${ana.radio}`)
      const open = toPhones.filter((port) => port.endsWith(' open'))
      // Phones sync over IPv4 alone.
      ok(
        String(open) === '53/tcp open,80/tcp open,53/udp open',
        'to phones: names and the page',
        toPhones.join('\n')
      )
      const told = (await probe(outside, `${await linkLocal('up0')}%${outside.radio}`)).filter(
        (port) => !port.endsWith(' silent')
      )
      ok(told.length === 0, 'to the uplink side: nothing', told.join('\n'))
    } finally {
      listeners.close()
    }
    // A phone that says it is a router: the other phones believe it.
    await ana.in('ip', 'address', 'add', '2001:db8::1/64', 'dev', ana.radio)
    const router = spawn(
      'ip',
      [
        ...[
          'netns',
          'exec',
          ana.name,
          'dnsmasq',
          '--keep-in-foreground',
          '--conf-file=/dev/null',
          '--port=0'
        ],
        ...['--enable-ra', `--interface=${ana.radio}`, '--dhcp-range=2001:db8::,ra-only', '--pid-file=']
      ],
      { stdio: 'inherit' }
    )
    try {
      const addresses = (...of) => run('ip', ...of, '-6', 'address', 'show', 'scope', 'global')
      await until('a phone believes it', async () => (await addresses('-n', ben.name)).includes('2001:db8:'))
      ok(!(await addresses()).includes('2001:db8:'), 'the hub does not', await addresses())
      ok((await run('ip', '-6', 'route', 'show', 'default')) === '', 'and takes no way through it')
    } finally {
      router.kill()
      await ana.in('ip', 'address', 'delete', '2001:db8::1/64', 'dev', ana.radio)
    }
  }
)

await longTest('what is served is open to a network that is named', async () => {
  const { sync } = (await operator('/api/status')).body
  const isListening = async () => (await readFile('/run/hub.log', 'utf8')).includes('"interface":"up0"')
  ok(!(await isListening()), 'not found by mDNS there before')
  await fulfilled({ lans: ['up0'] })
  const found = await outside.browse('192.168.50.2')
  ok(found.endsWith('._comapeo._tcp.local') && (await isListening()), 'and then it is')
  const scan = portsIn(await nmap(outside.name, '-sS', '-p', `${PROBED_TCP},${sync.port}`, '192.168.50.1'))
  const open = scan.filter((port) => port.endsWith(' open'))
  const served = ['80/tcp open', `${sync.port}/tcp open`]
  ok(String(open) === String(served), 'the page and the sync port', scan.join('\n'))
  await fulfilled({ lans: [] })
  const again = portsIn(await nmap(outside.name, '-sS', '-p', `80,${sync.port}`, '192.168.50.1'))
  ok(
    again.every((port) => port.endsWith(' filtered')),
    'and shut again',
    again.join('\n')
  )
})
