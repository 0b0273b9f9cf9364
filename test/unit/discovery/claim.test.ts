import t from 'tap'
import { Claim } from '../../../service/discovery/claim.ts'
import { nextClaimStep } from '../../../service/discovery/claim-state.ts'
import { query, response, type Message, type ResourceRecord } from '../../../service/discovery/message.ts'
import { pageRecords } from '../../../service/discovery/own-records.ts'
import { ManualClock } from '../../support/manual-clock.ts'
import { heard } from './captures.ts'

const MINE = pageRecords({ label: 'waystation', port: 80, address: '192.168.4.1' })
const addressOf = (address: string): ResourceRecord => ({
  name: 'waystation.local',
  ttl: 120,
  flush: true,
  type: 'A',
  address
})

function claimed({ records = MINE, ownAddresses = ['192.168.4.1'] } = {}) {
  const clock = new ManualClock()
  const sent: Message[] = []
  const told: string[] = []
  const claim = new Claim({
    records,
    clock,
    random: () => 0.5,
    multicast: (message) => sent.push(message),
    isOwnAddress: (address) => ownAddresses.includes(address),
    onHeld: () => told.push('held'),
    onLost: () => told.push('lost')
  })
  claim.start()
  return { clock, sent, told, claim }
}

t.test('the steps of a claim', async (t) => {
  const table = [
    [{ at: 'waiting' }, 'waited', { at: 'probing', sent: 1 }],
    [{ at: 'waiting' }, 'conflict', null],
    [{ at: 'waiting' }, 'tie-lost', null],
    [{ at: 'probing', sent: 1 }, 'waited', { at: 'probing', sent: 2 }],
    [{ at: 'probing', sent: 3 }, 'waited', { at: 'announcing', sent: 1 }],
    [{ at: 'probing', sent: 2 }, 'conflict', { at: 'lost' }],
    [{ at: 'probing', sent: 2 }, 'tie-lost', { at: 'waiting' }],
    [{ at: 'announcing', sent: 1 }, 'waited', { at: 'held' }],
    [{ at: 'announcing', sent: 1 }, 'conflict', { at: 'waiting' }],
    [{ at: 'announcing', sent: 1 }, 'tie-lost', null],
    [{ at: 'held' }, 'conflict', { at: 'waiting' }],
    [{ at: 'held' }, 'tie-lost', null],
    [{ at: 'held' }, 'waited', null],
    [{ at: 'lost' }, 'waited', null],
    [{ at: 'lost' }, 'conflict', null]
  ] as const
  for (const [state, event, next] of table) {
    t.same(nextClaimStep(state, event)?.state ?? null, next, `${JSON.stringify(state)} ${event}`)
  }
})

t.test('three probes 250 ms apart, then two announcements a second apart', async (t) => {
  const { clock, sent, told, claim } = claimed()
  const times: number[] = []
  for (let ms = 0; ms < 4_000; ms += 125) {
    const before = sent.length
    clock.move(125)
    if (sent.length > before) times.push(clock.monotonic())
  }
  t.same(times, [125, 375, 625, 875, 1_875], 'the first after a random part of 250 ms')
  t.match(sent[0], {
    kind: 'query',
    questions: [{ name: 'waystation.local', type: 'ANY' }, { name: 'waystation._http._tcp.local' }]
  })
  t.ok(sent[0]?.authorities.length === 3 && sent[0].authorities.every(({ flush }) => !flush))
  t.same(sent[3], sent[4])
  t.ok(sent[3]?.answers.some((record) => record.type === 'A' && record.flush))
  t.same(told, ['held'])
  t.equal(claim.answerable, MINE)
  t.equal(clock.pending, 0)
})

t.test('nothing is answered before the probes are over', async (t) => {
  const { clock, claim } = claimed()
  clock.move(874)
  t.same(claim.answerable.unique, [])
})

t.test('a name that another uses is lost while it is probed for', async (t) => {
  const { clock, told, claim } = claimed()
  claim.hearResponse(heard('avahi announces a host name'))
  t.same(told, [], 'what comes before the first probe may be stale')
  clock.move(300)
  claim.hearResponse(heard('avahi announces a host name'))
  t.same(told, ['lost'])
  t.equal(clock.pending, 0)
})

t.test('any record of another shows that the name is in use', async (t) => {
  const { clock, told, claim } = claimed()
  clock.move(300)
  const text: ResourceRecord = { name: 'waystation.local', ttl: 9, flush: true, type: 'TXT', strings: [] }
  claim.hearResponse(response({ answers: [{ ...text, ttl: 0 }] }))
  t.same(told, [], 'but not one that is taken back')
  claim.hearResponse(response({ answers: [text] }))
  t.same(told, ['lost'])
})

t.test('what the hub says itself on another link is no conflict', async (t) => {
  const { clock, told, claim } = claimed({ ownAddresses: ['192.168.4.1', '10.0.0.1'] })
  clock.move(300)
  claim.hearResponse(response({ answers: [addressOf('10.0.0.1'), addressOf('192.168.4.1')] }))
  claim.hearQuery(query({ authorities: [addressOf('10.0.0.1')] }))
  clock.move(1_000)
  t.same(told, ['held'])
})

t.test('of two that probe at the same moment the later data goes on, the other waits a second', async (t) => {
  const lower = claimed()
  lower.clock.move(300)
  lower.claim.hearQuery(heard('avahi probes for a host name'))
  lower.clock.move(999)
  t.equal(lower.sent.length, 1, '192.168.4.20 is later than 192.168.4.1')
  lower.clock.move(1)
  t.equal(lower.sent.length, 2, 'then it probes from the start')

  const records = pageRecords({ label: 'waystation', port: 80, address: '192.168.4.99' })
  const higher = claimed({ records, ownAddresses: ['192.168.4.99'] })
  higher.clock.move(300)
  higher.claim.hearQuery(
    query({
      authorities: heard('avahi probes for a host name').authorities.filter(({ type }) => type === 'A')
    })
  )
  higher.clock.move(700)
  t.same(higher.told, ['held'])
})

t.test('a conflict over a name that is held is probed for again, and lost to who insists', async (t) => {
  const { clock, sent, told, claim } = claimed()
  clock.move(5_000)
  claim.hearResponse(response({ answers: [addressOf('192.168.4.20')] }))
  t.same(claim.answerable.unique, [], 'silent while it is not known whose it is')
  clock.move(0)
  t.equal(sent.at(-1)?.kind, 'query')
  claim.hearResponse(response({ answers: [addressOf('192.168.4.20')] }))
  t.same(told, ['held', 'lost'])
})

t.test('another type under a name that is held is no conflict', async (t) => {
  const { clock, told, claim } = claimed()
  clock.move(5_000)
  claim.hearResponse(response({ answers: [{ ...addressOf(''), type: 'TXT', strings: [] }] }))
  t.same(told, ['held'])
  t.equal(claim.answerable, MINE)
})

t.test('giving up takes back what had been announced, and nothing else', async (t) => {
  const probing = claimed()
  probing.clock.move(300)
  t.same(probing.claim.end(), [])
  const { clock, claim } = claimed()
  clock.move(1_000)
  const taken = claim.end()
  t.equal(taken.length, MINE.unique.length + MINE.shared.length)
  t.ok(taken.every(({ ttl }) => ttl === 0))
  t.equal(clock.pending, 0)
})
