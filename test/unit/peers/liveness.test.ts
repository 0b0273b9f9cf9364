import { once } from 'node:events'
import t, { type Test } from 'tap'
import { ANSWER_TIMEOUT_MS, SILENCE_BEFORE_QUESTION_MS } from '../../../service/peers/liveness.ts'
import type { Peer } from '../../../service/peers/peer.ts'
import { closeOf } from '../../support/close-of.ts'
import { ManualClock } from '../../support/manual-clock.ts'
import { until } from '../../support/until.ts'
import { dial, dialSilently, type Line } from './device.ts'
import { openPeers } from './open-peers.ts'

async function connectDevice(t: Test): Promise<{ peer: Peer; line: Line; clock: ManualClock }> {
  const clock = new ManualClock()
  const peers = await openPeers(t, { clock })
  const connected = once(peers, 'connected') as Promise<[Peer]>
  const line = await dial(t, peers.port)
  const [peer] = await connected
  await until(() => line.heard.length > 0)
  return { peer, line, clock }
}

/** Moves past the silence, so that the question is asked. What was heard before it counts as a first sign of life. */
function moveToQuestion(clock: ManualClock): void {
  clock.move(SILENCE_BEFORE_QUESTION_MS)
  if (clock.pendingFor(ANSWER_TIMEOUT_MS) === 0) clock.move(SILENCE_BEFORE_QUESTION_MS)
}

t.test('a device that is silent because it has nothing to say answers when asked, and stays', async (t) => {
  const { peer, clock } = await connectDevice(t)
  for (let round = 0; round < 3; round++) {
    const before = peer.bytesReceived
    moveToQuestion(clock)
    t.equal(clock.pendingFor(ANSWER_TIMEOUT_MS), 1, 'it was asked')
    await until(() => peer.bytesReceived > before)
    clock.move(ANSWER_TIMEOUT_MS)
    t.notOk(peer.isClosed)
  }
})

t.test('a device that does not answer is gone', async (t) => {
  const clock = new ManualClock()
  const peers = await openPeers(t, { clock })
  const connected = once(peers, 'connected') as Promise<[Peer]>
  const stream = await dialSilently(t, peers.port)
  stream.resume()
  const [peer] = await connected
  moveToQuestion(clock)
  clock.move(ANSWER_TIMEOUT_MS - 1)
  t.equal(clock.pendingFor(ANSWER_TIMEOUT_MS), 1, 'until then there is hope')
  clock.move(1)
  await Promise.all([peer.closed, closeOf(stream)])
  t.equal(peers.connected.size, 0)
})

t.test('a device that speaks is not asked', async (t) => {
  const { peer, line, clock } = await connectDevice(t)
  for (let round = 0; round < 3; round++) {
    const before = peer.bytesReceived
    line.rpc.send('DeviceInfo', { name: 'Ana', deviceType: 'mobile', features: [] })
    await until(() => peer.bytesReceived > before)
    clock.move(SILENCE_BEFORE_QUESTION_MS)
    t.equal(clock.pendingFor(ANSWER_TIMEOUT_MS), 0)
  }
})

t.test('nobody is asked after the connection has closed', async (t) => {
  const { peer, line, clock } = await connectDevice(t)
  line.socket.destroy()
  await peer.closed
  await until(() => clock.pending === 0)
  t.equal(clock.pending, 0)
})
