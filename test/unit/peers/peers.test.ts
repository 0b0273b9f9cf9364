import { once } from 'node:events'
import { createServer, type AddressInfo, type Socket } from 'node:net'
import t, { type Test } from 'tap'
import type { Peer } from '../../../service/peers/peer.ts'
import {
  HANDSHAKES_PER_SECOND,
  HOLD_DUPLICATE_MS,
  MAX_SOCKETS,
  MAX_SOCKETS_PER_ADDRESS,
  type Peers
} from '../../../service/peers/peers.ts'
import { closeOf } from '../../support/close-of.ts'
import { ManualClock } from '../../support/manual-clock.ts'
import { until } from '../../support/until.ts'
import { generateKeyPair } from '../storage/key-pair.ts'
import { connectSocket, dial, dialSilently, sortedKeyPairs, type Line } from './device.ts'
import { openPeers } from './open-peers.ts'

interface Journal {
  steps: string[]
  connected: Peer[]
}

/** Writes down who came and went, in order. */
function follow(peers: Peers): Journal {
  const journal: Journal = { steps: [], connected: [] }
  peers.on('connected', (peer) => {
    journal.steps.push('connected')
    journal.connected.push(peer)
  })
  peers.on('disconnected', () => journal.steps.push('disconnected'))
  return journal
}

/** A device that is connected and then dials again; the hub is holding its second connection. */
async function dialTwice(t: Test) {
  const clock = new ManualClock()
  const peers = await openPeers(t, { clock })
  const journal = follow(peers)
  const keyPair = generateKeyPair()
  const first = await dial(t, peers.port, { keyPair })
  await until(() => first.heard.length > 0)
  const second = await dial(t, peers.port, { keyPair })
  await until(() => clock.pendingFor(HOLD_DUPLICATE_MS) === 1)
  return { clock, peers, journal, keyPair, first, second }
}

t.test('hub and device know each other by name once connected', async (t) => {
  const peers = await openPeers(t, { name: () => 'Camp' })
  const { connected } = follow(peers)
  const keyPair = generateKeyPair()
  const line = await dial(t, peers.port, { keyPair })
  await until(() => line.heard.length > 0)
  t.same(line.heard, [
    { type: 'DeviceInfo', message: { name: 'Camp', deviceType: 'desktop', features: ['ack'] } }
  ])
  t.match(connected, [
    { deviceId: keyPair.publicKey.toString('hex'), direction: 'incoming', address: '127.0.0.1' }
  ])
  t.equal(connected[0]?.info, null)
  line.rpc.send('DeviceInfo', { name: 'Ana', deviceType: 'mobile', features: [] })
  await until(() => connected[0]?.info !== null)
  t.match(connected[0]?.info, { name: 'Ana', deviceType: 'mobile' })
})

t.test('a new name of the hub is told to every connected device', async (t) => {
  let name = 'Camp'
  const peers = await openPeers(t, { name: () => name })
  const lines = await Promise.all([dial(t, peers.port), dial(t, peers.port)])
  await until(() => lines.every(({ heard }) => heard.length === 1))
  name = 'River'
  peers.announceOwnInfo()
  await until(() => lines.every(({ heard }) => heard.length === 2))
  for (const { heard } of lines) t.match(heard[1], { type: 'DeviceInfo', message: { name: 'River' } })
})

for (const smallerDials of ['first', 'last'] as const) {
  t.test(
    `of two crossing dials the smaller device's survives at both ends, dialed ${smallerDials}`,
    async (t) => {
      const [smallKey, greatKey] = sortedKeyPairs()
      const small = await openPeers(t, { keyPair: smallKey })
      const great = await openPeers(t, { keyPair: greatKey })
      const order = smallerDials === 'first' ? [small, great] : [great, small]
      await Promise.all(
        order.map((from) =>
          from.dial({ address: '127.0.0.1', port: from === small ? great.port : small.port })
        )
      )
      const isSettled = () =>
        [...small.connected.values()][0]?.direction === 'outgoing' &&
        [...great.connected.values()][0]?.direction === 'incoming'
      await until(isSettled)
      const [near, far] = [[...small.connected.values()][0], [...great.connected.values()][0]] as [Peer, Peer]
      await until(() => near.info !== null && far.info !== null)
      t.ok(isSettled(), 'and it is the one that works')
      t.equal(small.connected.size, 1)
      t.equal(great.connected.size, 1)
    }
  )
}

t.test('a device that dials again because it lost its connection gets the new one', async (t) => {
  const { clock, peers, journal, first, second } = await dialTwice(t)
  clock.move(HOLD_DUPLICATE_MS - 1)
  t.same(journal.steps, ['connected'], 'the first one is not given up yet')
  t.equal(second.heard.length, 0, 'and the second one is not answered')
  clock.move(1)
  await Promise.all([first.closed, until(() => second.heard.length > 0)])
  t.same(journal.steps, ['connected', 'disconnected', 'connected'], 'there is never more than one')
  t.equal(peers.connected.size, 1)
  t.equal([...peers.connected.values()][0], journal.connected[1])
})

t.test('a device that dials twice and closes the second connection keeps the first', async (t) => {
  const { clock, journal, first, second } = await dialTwice(t)
  second.stream.destroy()
  await until(() => clock.pendingFor(HOLD_DUPLICATE_MS) === 0)
  clock.move(HOLD_DUPLICATE_MS)
  first.rpc.send('DeviceInfo', { name: 'Ana', deviceType: 'mobile', features: [] })
  await until(() => journal.connected[0]?.info?.name === 'Ana')
  t.same(journal.steps, ['connected'])
})

t.test('a second connection takes its place at once when the first one closes', async (t) => {
  const { journal, first, second } = await dialTwice(t)
  first.socket.destroy()
  await until(() => second.heard.length > 0)
  t.same(journal.steps, ['connected', 'disconnected', 'connected'])
})

t.test('a third connection of a device waits until the second one is decided on', async (t) => {
  const { clock, peers, journal, keyPair } = await dialTwice(t)
  const third = await dial(t, peers.port, { keyPair })
  clock.move(HOLD_DUPLICATE_MS)
  await until(() => journal.steps.length === 3 && clock.pendingFor(HOLD_DUPLICATE_MS) === 1)
  clock.move(HOLD_DUPLICATE_MS)
  await until(() => third.heard.length > 0)
  t.same(journal.steps, ['connected', 'disconnected', 'connected', 'disconnected', 'connected'])
})

t.test('the hub does not connect to itself', async (t) => {
  const peers = await openPeers(t)
  const { steps } = follow(peers)
  peers.on('copy-met', () => t.fail('it is no copy'))
  await peers.dial({ address: '127.0.0.1', port: peers.port })
  t.same(steps, [])
  t.equal(peers.connected.size, 0)
})

t.test('a hub that dials another one with its own identity says so, and does not connect', async (t) => {
  const keyPair = generateKeyPair()
  const [hub, copy] = [await openPeers(t, { keyPair }), await openPeers(t, { keyPair })]
  const { steps } = follow(hub)
  const met = once(hub, 'copy-met')
  await hub.dial({ address: '127.0.0.1', port: copy.port })
  await met
  t.same(steps, [])
  t.equal(hub.connected.size, 0)
})

t.test('handshakes beyond those that fill all places at once have to wait for their turn', async (t) => {
  const clock = new ManualClock()
  const peers = await openPeers(t, { clock })
  for (let n = 0; n < MAX_SOCKETS; n++) {
    const stream = await dialSilently(t, peers.port)
    stream.destroy()
    await closeOf(stream)
  }
  let isIn = false
  const late = dialSilently(t, peers.port).then(() => (isIn = true))
  await until(() => clock.pendingFor(1000 / HANDSHAKES_PER_SECOND) === 1)
  t.notOk(isIn)
  clock.move(1000 / HANDSHAKES_PER_SECOND)
  await late
})

t.test('a device at an address that is not private is not spoken to', async (t) => {
  const peers = await openPeers(t)
  const server = createServer()
  server.listen(0, '::1')
  await once(server, 'listening')
  t.teardown(() => server.close())
  const heard: Buffer[] = []
  const accepted = once(server, 'connection') as Promise<[Socket]>
  const dialed = peers.dial({ address: '::1', port: (server.address() as AddressInfo).port })
  const [socket] = await accepted
  socket.on('data', (bytes) => heard.push(bytes))
  await Promise.all([t.rejects(dialed, { message: /private/ }), closeOf(socket)])
  t.same(heard, [])
})

t.test('a dial that nobody answers is told, also when the hub stops meanwhile', async (t) => {
  const server = createServer()
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  const peers = await openPeers(t)
  await t.rejects(peers.dial({ address: '127.0.0.1', port }), { code: 'ECONNREFUSED' })
  const dialed = peers.dial({ address: '127.0.0.1', port: peers.port })
  await Promise.all([t.rejects(dialed), peers.close()])
})

t.test('a device that could not be taken in may try again', async (t) => {
  const peers = await openPeers(t)
  peers.once('connected', () => {
    throw new Error('A part of the hub is broken')
  })
  const keyPair = generateKeyPair()
  const first = await dial(t, peers.port, { keyPair })
  await first.closed
  const second = await dial(t, peers.port, { keyPair })
  await until(() => second.heard.length > 0)
  t.equal(peers.connected.size, 1)
})

t.test('a socket that says nothing gives way to one from the same address, the oldest first', async (t) => {
  const peers = await openPeers(t)
  const oldest = await connectSocket(t, peers.port)
  const others: Socket[] = []
  for (let i = 1; i < MAX_SOCKETS_PER_ADDRESS; i++) others.push(await connectSocket(t, peers.port))
  oldest.resume()
  const givesWay = closeOf(oldest)
  const line = await dial(t, peers.port)
  await until(() => line.heard.length > 0)
  await givesWay
  t.ok(others.every((socket) => !socket.destroyed))
})

t.test('however many sockets are open and silent, a device is let in', async (t) => {
  const peers = await openPeers(t)
  for (let i = 0; i < MAX_SOCKETS; i++) await connectSocket(t, peers.port, `127.0.0.${2 + (i % 5)}`)
  const { heard } = await dial(t, peers.port, { from: '127.0.0.9' })
  await until(() => heard.length > 0)
  t.match(heard, [{ type: 'DeviceInfo' }])
})

/** As when each has a role in a project of the hub. */
async function allAreMembers(peers: Peers, count: number): Promise<void> {
  await until(() => peers.connected.size === count)
  for (const peer of peers.connected.values()) peer.recogniseAsMember()
}

t.test('one address has so many members and no more, and another has room', async (t) => {
  const peers = await openPeers(t)
  for (let i = 0; i < MAX_SOCKETS_PER_ADDRESS; i++) await dial(t, peers.port)
  await allAreMembers(peers, MAX_SOCKETS_PER_ADDRESS)
  await t.rejects(dial(t, peers.port), { message: /Handshake failed/ })
  await t.resolves(dial(t, peers.port, { from: '127.0.0.2' }))
})

t.test(
  'a device that is in no project gives way to one from the same address, the oldest first',
  async (t) => {
    const peers = await openPeers(t)
    const member = await dial(t, peers.port)
    await allAreMembers(peers, 1)
    const oldest = await dial(t, peers.port)
    await until(() => peers.connected.size === 2)
    const others: Line[] = []
    for (let i = 2; i < MAX_SOCKETS_PER_ADDRESS; i++) others.push(await dial(t, peers.port))
    const line = await dial(t, peers.port)
    await until(() => line.heard.length > 0)
    await oldest.closed
    t.ok([member, ...others].every(({ socket }) => !socket.destroyed))
  }
)

t.test('the hub has so many members and no more, and room again when one goes', async (t) => {
  const peers = await openPeers(t)
  const lines: Line[] = []
  for (let i = 0; i < MAX_SOCKETS; i++) {
    lines.push(await dial(t, peers.port, { from: `127.0.0.${2 + (i % 5)}` }))
  }
  await allAreMembers(peers, MAX_SOCKETS)
  const dialElsewhere = () => dial(t, peers.port, { from: '127.0.0.9' })
  await t.rejects(dialElsewhere(), { message: /Handshake failed/ })
  lines[0]?.socket.destroy()
  // The hub hears of the close a moment later than this end does.
  let line: Line | null = null
  while (line === null) line = await dialElsewhere().catch(() => null)
  const { heard } = line
  await until(() => heard.length > 0)
  t.match(heard, [{ type: 'DeviceInfo' }])
})

t.test(
  'where the hub is full, a device in no project at the address with most of them gives way',
  async (t) => {
    const peers = await openPeers(t)
    const alone = await dial(t, peers.port, { from: '127.0.0.9' })
    await until(() => peers.connected.size === 1)
    const crowd: Line[] = []
    for (let i = 1; i < MAX_SOCKETS; i++) {
      crowd.push(await dial(t, peers.port, { from: `127.0.0.${2 + (i % 4)}` }))
    }
    await until(() => peers.connected.size === MAX_SOCKETS)
    const line = await dial(t, peers.port, { from: '127.0.0.10' })
    await until(() => line.heard.length > 0)
    await until(() => crowd.some(({ socket }) => socket.destroyed))
    t.equal(crowd.filter(({ socket }) => socket.destroyed).length, 1)
    t.notOk(alone.socket.destroyed)
  }
)

t.test('everybody is disconnected when the hub stops, and no timer is left', async (t) => {
  const clock = new ManualClock()
  const peers = await openPeers(t, { clock })
  const journal = follow(peers)
  const keyPair = generateKeyPair()
  const lines = [await dial(t, peers.port, { keyPair }), await dial(t, peers.port)]
  await until(() => lines.every(({ heard }) => heard.length > 0))
  lines.push(await dial(t, peers.port, { keyPair })) // held as a duplicate
  await until(() => clock.pendingFor(HOLD_DUPLICATE_MS) === 1)
  const handshaking = await connectSocket(t, peers.port)
  handshaking.resume()
  await peers.close()
  t.same(journal.steps, ['connected', 'connected', 'disconnected', 'disconnected'])
  await Promise.all([closeOf(handshaking), ...lines.map(({ closed }) => closed)])
  t.equal(clock.pending, 0)
})
