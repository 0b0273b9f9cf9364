import { once } from 'node:events'
import t from 'tap'
import { STRANGER_LIMITS } from '../../../service/peers/peer-limits.ts'
import type { Peer } from '../../../service/peers/peer.ts'
import { STRANGERS_BYTES, StrangerBudget } from '../../../service/peers/stranger-budget.ts'
import { dialSilently } from './device.ts'
import { openPeers } from './open-peers.ts'

const MEBIBYTE = 1024 * 1024

/** A budget and shares with numbers for names; tells in which order they had to give way. */
function makeShares(count: number) {
  const budget = new StrangerBudget()
  const gone: number[] = []
  return {
    budget,
    gone,
    shares: Array.from({ length: count }, (_, name) => budget.share(() => gone.push(name)))
  }
}

t.test('who has kept something for longest gives way when it gets too much', async (t) => {
  const { budget, gone, shares } = makeShares(12)
  for (const share of shares) share.set(MEBIBYTE)
  t.same(gone, [0, 1, 2, 3])
  t.equal(budget.total, STRANGERS_BYTES)
})

t.test('who is done in between is not the one who has kept for longest', async (t) => {
  const { gone, shares } = makeShares(9)
  for (const share of shares.slice(0, 8)) share.set(MEBIBYTE)
  shares[0]?.set(0)
  shares[0]?.set(MEBIBYTE)
  shares[8]?.set(MEBIBYTE)
  t.same(gone, [1])
})

t.test('what a device keeps that went, or is no stranger any more, is not counted', async (t) => {
  const { budget, gone, shares } = makeShares(2)
  shares[0]?.set(STRANGERS_BYTES)
  shares[0]?.end()
  shares[0]?.set(STRANGERS_BYTES)
  t.equal(budget.total, 0)
  shares[1]?.set(STRANGERS_BYTES)
  t.same(gone, [])
})

/** The first bytes of the longest frame that a stranger may send. */
function beginFrame(): Buffer {
  const length = STRANGER_LIMITS.frameBytes
  return Buffer.of(length & 0xff, (length >> 8) & 0xff, length >> 16, 1)
}

t.test(
  'strangers who leave their frames unfinished give way to each other, and members do not',
  async (t) => {
    const peers = await openPeers(t)
    const dialAndBegin = async () => {
      const connected = once(peers, 'connected') as Promise<[Peer]>
      const stream = await dialSilently(t, peers.port)
      const [peer] = await connected
      return {
        peer,
        begin: () => (stream as unknown as { rawStream: NodeJS.WritableStream }).rawStream.write(beginFrame())
      }
    }
    const member = await dialAndBegin()
    member.peer.recogniseAsMember()
    member.begin()
    const strangers = []
    const most = STRANGERS_BYTES / STRANGER_LIMITS.frameBytes
    for (let count = 0; count <= most; count++) strangers.push(await dialAndBegin())
    for (const { begin } of strangers) begin()
    await Promise.race(strangers.map(({ peer }) => peer.closed))
    t.equal(strangers.filter(({ peer }) => peer.isHangingUp || peer.isClosed).length, 1)
    t.notOk(member.peer.isClosed)
  }
)
