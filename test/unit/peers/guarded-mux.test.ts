import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import t, { type Test } from 'tap'
import { MAX_REJECTED_CHANNELS } from '../../../service/peers/guarded-mux.ts'
import type { Peer } from '../../../service/peers/peer.ts'
import { dial, type Line } from './device.ts'
import { openPeers } from './open-peers.ts'

async function connectDevice(t: Test): Promise<{ peer: Peer; line: Line }> {
  const peers = await openPeers(t)
  const connected = once(peers, 'connected') as Promise<[Peer]>
  const line = await dial(t, peers.port)
  const [peer] = await connected
  return { peer, line }
}

/** Opens channels that the hub does not have, one after the other, and waits until each was rejected. */
async function openStray(line: Line, count: number, protocol = 'hypercore/alpha'): Promise<void> {
  for (let opened = 0; opened < count; opened += 500) {
    const rejections = Array.from({ length: Math.min(500, count - opened) }, () => {
      return new Promise<void>((resolve) => {
        line.mux.createChannel({ protocol, id: randomBytes(32), onclose: () => resolve() })?.open()
      })
    })
    await Promise.all(rejections)
  }
}

t.test('a device that keeps opening cores that the hub does not have is hung up on', async (t) => {
  const { peer, line } = await connectDevice(t)
  await openStray(line, MAX_REJECTED_CHANNELS)
  t.notOk(peer.isClosed, 'that many are borne')
  await openStray(line, 1)
  await Promise.all([peer.closed, line.closed])
  t.ok(peer.isClosed)
})

t.test('channels of other protocols count as well', async (t) => {
  const { peer, line } = await connectDevice(t)
  await openStray(line, MAX_REJECTED_CHANNELS, 'nobody/knows')
  t.notOk(peer.isClosed)
  await openStray(line, 1, 'another')
  await Promise.all([peer.closed, line.closed])
  t.ok(peer.isClosed)
})
