import t from 'tap'
import {
  judgeDuplicate,
  type Direction,
  type DuplicateVerdict
} from '../../../service/peers/duplicate-rule.ts'

const SMALL = Buffer.alloc(32, 1)
const GREAT = Buffer.alloc(32, 2)

const TABLE: [existing: Direction, added: Direction, own: Buffer, verdict: DuplicateVerdict, why: string][] =
  [
    ['incoming', 'incoming', SMALL, 'hold', 'the device dialed twice'],
    ['incoming', 'incoming', GREAT, 'hold', 'the device dialed twice, whoever is smaller'],
    ['outgoing', 'outgoing', SMALL, 'keep-existing', 'the hub dialed twice'],
    ['outgoing', 'outgoing', GREAT, 'keep-existing', 'the hub dialed twice, whoever is smaller'],
    ['incoming', 'outgoing', SMALL, 'replace', 'the hub is smaller: what it dialed survives'],
    ['outgoing', 'incoming', SMALL, 'keep-existing', 'the hub is smaller: what it dialed stays'],
    ['incoming', 'outgoing', GREAT, 'keep-existing', 'the device is smaller: what it dialed stays'],
    ['outgoing', 'incoming', GREAT, 'replace', 'the device is smaller: what it dialed survives']
  ]

for (const [existing, added, ownKey, verdict, why] of TABLE) {
  t.test(`${existing}, then ${added}: ${verdict}, because ${why}`, async (t) => {
    const remoteKey = ownKey === SMALL ? GREAT : SMALL
    t.equal(judgeDuplicate({ existing, added, ownKey, remoteKey }), verdict)
  })
}

t.test('both ends of two crossing connections keep the same one', async (t) => {
  for (const firstByA of [true, false]) {
    // Each end sees the two connections arrive in an order of its own.
    const keptBy = (ownKey: Buffer, remoteKey: Buffer, ownDialedFirst: boolean): Direction => {
      const existing: Direction = ownDialedFirst ? 'outgoing' : 'incoming'
      const added: Direction = ownDialedFirst ? 'incoming' : 'outgoing'
      return judgeDuplicate({ existing, added, ownKey, remoteKey }) === 'replace' ? added : existing
    }
    t.equal(keptBy(SMALL, GREAT, firstByA), 'outgoing', 'the smaller keeps what it dialed')
    t.equal(keptBy(GREAT, SMALL, firstByA), 'incoming', 'the greater keeps what the smaller dialed')
  }
})
