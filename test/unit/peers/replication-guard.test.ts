import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { join } from 'node:path'
import Hypercore from 'hypercore'
import t, { type Test } from 'tap'
import { MEMBER_LIMITS, STRANGER_LIMITS } from '../../../service/peers/peer-limits.ts'
import type { Peer } from '../../../service/peers/peer.ts'
import { MAX_BLOCKS, MAX_REQUESTS_WAITING } from '../../../service/peers/replication-guard.ts'
import { makeDirectory } from '../../support/directory.ts'
import { until } from '../../support/until.ts'
import { generateKeyPair } from '../storage/key-pair.ts'
import { openStore } from '../storage/open-store.ts'
import { dial } from './device.ts'
import { openPeers } from './open-peers.ts'

const PAGE = 32_768

/** internal to hypercore: what a device can say on the channel of a core. */
interface Sender {
  wireRange: { send(message: { drop: boolean; start: number; length: number }): void }
  wireBitfield: { send(message: { start: number; bitfield: Uint32Array }): void }
  wireRequest: { send(message: object): void }
  wireCancel: { send(message: { request: number }): void }
}

/** A device that exchanges one core of the hub, and can say what it likes. */
async function exchange(t: Test) {
  makeDirectory(t)
  const keyPair = generateKeyPair()
  const open = async (name: string, key: typeof keyPair | null) => {
    const store = await openStore(t, join(t.testdirName, name))
    const core = new Hypercore(store.cores, keyPair.publicKey, { compat: true, ...(key && { keyPair: key }) })
    await core.ready()
    t.teardown(() => core.close())
    return core
  }
  const ofHub = await open('hub', keyPair)
  await ofHub.append([randomBytes(1024 * 1024), randomBytes(10)])
  const peers = await openPeers(t)
  const connected = once(peers, 'connected') as Promise<[Peer]>
  const line = await dial(t, peers.port)
  const [peer] = await connected
  ofHub.replicate(peer.mux)
  const ofDevice = await open('device', null)
  ofDevice.replicate(line.mux)
  await until(() => ofDevice.peers[0]?.remoteSynced === true)
  return { peer, line, ofDevice, says: ofDevice.peers[0] as unknown as Sender }
}

/** Resolves when the hub has read all that was said before. */
async function heard({ line, peer }: Awaited<ReturnType<typeof exchange>>): Promise<void> {
  const question = line.mux.createChannel({ protocol: `question/${randomBytes(4).toString('hex')}` })
  question?.open()
  await until(() => peer.isClosed || question?.closed === true)
}

for (const [what, start, length] of [
  ['without end', 0, 2 ** 50],
  ['far beyond all', 2 ** 50, 1],
  ['over all that there could be', PAGE, MAX_BLOCKS]
] as const) {
  t.test(`a device that tells of blocks ${what} is hung up on`, async (t) => {
    const device = await exchange(t)
    device.says.wireRange.send({ drop: false, start, length })
    await device.peer.closed
    t.ok(device.peer.isClosed)
  })
}

t.test('a device may tell of all blocks from the first on, however many', async (t) => {
  const device = await exchange(t)
  device.says.wireRange.send({ drop: false, start: 0, length: MAX_BLOCKS })
  await heard(device)
  t.notOk(device.peer.isClosed)
})

t.test('a stranger tells of so many scattered blocks and no more, and a member of more', async (t) => {
  const device = await exchange(t)
  const tell = (page: number) =>
    device.says.wireBitfield.send({ start: page * PAGE, bitfield: Uint32Array.of(1) })
  for (let page = 0; page < STRANGER_LIMITS.toldPages; page++) tell(page)
  for (let page = 0; page < STRANGER_LIMITS.toldPages; page++) tell(page)
  await heard(device)
  t.notOk(device.peer.isClosed, 'the same again is no more')
  device.peer.recogniseAsMember()
  tell(STRANGER_LIMITS.toldPages)
  await heard(device)
  t.notOk(device.peer.isClosed)
  device.says.wireRange.send({ drop: false, start: PAGE, length: MEMBER_LIMITS.toldPages * PAGE })
  await device.peer.closed
  t.ok(device.peer.isClosed)
})

t.test('what a device told of a core counts no more when it has closed it', async (t) => {
  const device = await exchange(t)
  const { ofDevice, line } = device
  for (let time = 0; time < 3; time++) {
    const [says] = ofDevice.peers as unknown as Sender[]
    says?.wireRange.send({ drop: false, start: PAGE, length: STRANGER_LIMITS.toldPages * PAGE })
    await heard(device)
    t.notOk(device.peer.isClosed)
    ofDevice.core.replicator.detachFrom(line.mux)
    for (const channel of [...line.mux]) if (channel.protocol === 'hypercore/alpha') channel.close()
    await until(() => ofDevice.peers.length === 0)
    ofDevice.replicate(line.mux)
    await until(() => ofDevice.peers[0]?.remoteSynced === true)
  }
})

for (const [what, cancels] of [
  ['asks', false],
  ['asks and cancels', true]
] as const) {
  t.test(`a device that ${what} and does not read is hung up on`, async (t) => {
    const { peer, line, says } = await exchange(t)
    line.socket.pause()
    for (let id = 1; id <= 2 * MAX_REQUESTS_WAITING; id++) {
      says.wireRequest.send({ id, fork: 0, block: { index: 0, nodes: 0 } })
      if (cancels) says.wireCancel.send({ request: id })
    }
    await peer.closed
    t.ok(peer.isClosed)
  })
}
