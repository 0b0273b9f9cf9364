import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import fc from 'fast-check'
import type Protomux from 'protomux'
import t, { type Test } from 'tap'
import type { Peer } from '../../../service/peers/peer.ts'
import { MAX_BAD_MESSAGES, type RpcReceived } from '../../../service/peers/rpc-channel.ts'
import { RPC_TYPES } from '../../../service/wire/rpc.ts'
import { closeOf } from '../../support/close-of.ts'
import { until } from '../../support/until.ts'
import { dial, dialSilently, type Line } from './device.ts'
import { openPeers } from './open-peers.ts'

const INVITE = RPC_TYPES.indexOf('Invite')

/** A hub and one device that is connected to it. */
async function connectDevice(t: Test): Promise<{ peer: Peer; line: Line; received: RpcReceived[] }> {
  const peers = await openPeers(t)
  const connected = once(peers, 'connected') as Promise<[Peer]>
  const line = await dial(t, peers.port)
  const [peer] = await connected
  const received: RpcReceived[] = []
  peer.on('message', (message) => received.push(message))
  await until(() => line.heard.length > 0)
  return { peer, line, received }
}

/** The device's end of the channel, to send bytes that are no message. */
function rawChannel(mux: Protomux): Protomux.Channel {
  const channel = [...mux].find(({ protocol }) => protocol === 'mapeo/rpc')
  if (channel === undefined) throw new Error('The channel is not open')
  return channel
}

t.test('a message arrives with its type, and with ids as they were sent', async (t) => {
  const { line, received } = await connectDevice(t)
  const inviteId = randomBytes(32)
  line.rpc.send('InviteCancel', { inviteId })
  await until(() => received.length > 0)
  t.same(received, [{ type: 'InviteCancel', message: { inviteId } }])
})

t.test('one message that cannot be read is dropped, and the next one is heard', async (t) => {
  const { peer, line, received } = await connectDevice(t)
  rawChannel(line.mux).messages[INVITE]?.send(Buffer.from('no protobuf'))
  const inviteId = randomBytes(32)
  line.rpc.send('InviteCancel', { inviteId })
  await until(() => received.length > 0)
  t.match(received, [{ type: 'InviteCancel' }])
  t.notOk(peer.isClosed)
})

t.test('a device that sends more unreadable messages than an honest one could is hung up on', async (t) => {
  const { peer, line, received } = await connectDevice(t)
  const channel = rawChannel(line.mux)
  for (let i = 0; i < MAX_BAD_MESSAGES; i++) channel.messages[INVITE]?.send(Buffer.of(0xff))
  line.rpc.send('InviteCancel', { inviteId: randomBytes(32) })
  await until(() => received.length > 0)
  t.notOk(peer.isClosed, 'that many are borne')
  channel.messages[INVITE]?.send(Buffer.of(0xff))
  await Promise.all([peer.closed, line.closed])
  t.equal(received.length, 1)
})

t.test('a message of a type that the hub has no use for, or does not know, is ignored', async (t) => {
  const { peer, line, received } = await connectDevice(t)
  const mapShare = RPC_TYPES.indexOf(null)
  rawChannel(line.mux).messages[mapShare]?.send(randomBytes(64))
  // As Protomux frames it: our channel is the first one, and no message has this number.
  line.stream.write(Buffer.concat([Buffer.of(1, 99), randomBytes(64)]))
  line.rpc.send('InviteCancel', { inviteId: randomBytes(32) })
  await until(() => received.length > 0)
  t.match(received, [{ type: 'InviteCancel' }])
  t.notOk(peer.isClosed)
})

t.test('the channel comes back when the device closes it and opens it again', async (t) => {
  const { line, peer } = await connectDevice(t)
  rawChannel(line.mux).close()
  line.rpc.open()
  await until(() => line.heard.length > 1)
  t.match(line.heard[1], { type: 'DeviceInfo' }, 'and the hub introduces itself again')
  t.notOk(peer.isClosed)
})

t.test('whatever bytes a device sends in a message of any type, the hub lives', async (t) => {
  const peers = await openPeers(t)
  const types = RPC_TYPES.map((_, index) => index)
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(fc.constantFrom(...types), fc.uint8Array({ maxLength: 300 })), { maxLength: 40 }),
      async (messages) => {
        const line = await dial(t, peers.port)
        await until(() => line.heard.length > 0)
        for (const [type, bytes] of messages) rawChannel(line.mux).messages[type]?.send(Buffer.from(bytes))
        line.stream.end()
        await line.closed
      }
    ),
    { numRuns: 40 }
  )
  const line = await dial(t, peers.port)
  await until(() => line.heard.length > 0)
  t.match(line.heard, [{ type: 'DeviceInfo' }])
})

t.test('whatever frames a device sends instead of channels, the hub lives', async (t) => {
  const peers = await openPeers(t)
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.uint8Array({ minLength: 1, maxLength: 60 }), { maxLength: 30 }),
      async (frames) => {
        const stream = await dialSilently(t, peers.port)
        const closed = closeOf(stream)
        stream.resume()
        for (const frame of frames) stream.write(Buffer.from(frame))
        stream.end()
        await closed
      }
    ),
    { numRuns: 60 }
  )
  const line = await dial(t, peers.port)
  await until(() => line.heard.length > 0)
  t.match(line.heard, [{ type: 'DeviceInfo' }])
})
