import t from 'tap'
import {
  query,
  response,
  type Message,
  type ResourceRecord,
  type Source
} from '../../../service/discovery/message.ts'
import { mergeRecords, pageRecords, syncRecords } from '../../../service/discovery/own-records.ts'
import { Responder } from '../../../service/discovery/responder.ts'
import { ManualClock } from '../../support/manual-clock.ts'
import { heard } from './captures.ts'

const ADDRESS = '192.168.4.1'
const OWN = mergeRecords([
  syncRecords({ instance: 'bb00000000000001', port: 4711, address: ADDRESS }),
  pageRecords({ label: 'waystation', port: 80, address: ADDRESS })
])
const PEER: Source = { address: '192.168.4.20', port: 5353 }
const HOST = { name: 'waystation.local', type: 'A', unicastWanted: false }
const SERVICE = { name: '_comapeo._tcp.local', type: 'PTR', unicastWanted: false }

function responding() {
  const clock = new ManualClock()
  const sent: Message[] = []
  const unicast: { message: Message; to: Source }[] = []
  const responder = new Responder({
    clock,
    random: () => 0.5,
    own: () => OWN,
    multicast: (message) => {
      responder.noteSent([...message.answers, ...message.additionals])
      sent.push(message)
    },
    unicast: (message, to) => unicast.push({ message, to })
  })
  return { clock, sent, unicast, responder }
}

function own(name: string, type: ResourceRecord['type']): ResourceRecord {
  const found = [...OWN.shared, ...OWN.unique].find((record) => record.name === name && record.type === type)
  if (found === undefined) throw new Error(`the hub has no ${type} of ${name}`)
  return found
}

t.test('a name of our own is answered at once, a shared one after a random moment', async (t) => {
  const { clock, sent, responder } = responding()
  responder.hearQuery(query({ questions: [HOST] }), PEER)
  clock.move(0)
  t.match(sent, [{ kind: 'response', answers: [{ type: 'A', address: ADDRESS, flush: true }] }])
  responder.hearQuery(heard('multicast-dns asks for a service'), PEER)
  clock.move(69)
  t.equal(sent.length, 1)
  clock.move(1)
  t.match(sent[1]?.answers, [{ type: 'PTR', target: 'bb00000000000001._comapeo._tcp.local' }])
})

t.test('a pointer comes with all that is needed to dial, and with no IPv6', async (t) => {
  const { clock, sent, responder } = responding()
  responder.hearQuery(query({ questions: [SERVICE] }), PEER)
  clock.move(200)
  t.match(
    sent[0]?.additionals.map(({ type, name }) => `${type} ${name}`),
    [
      'SRV bb00000000000001._comapeo._tcp.local',
      'TXT bb00000000000001._comapeo._tcp.local',
      'A bb00000000000001.local',
      'NSEC bb00000000000001.local'
    ]
  )
})

t.test('that there is no such record is an answer, and silence is for the names of others', async (t) => {
  const { clock, sent, responder } = responding()
  responder.hearQuery(query({ questions: [{ ...HOST, type: 'AAAA' }] }), PEER)
  responder.hearQuery(query({ questions: [{ ...HOST, name: 'other.local' }] }), PEER)
  clock.move(2_000)
  t.match(sent, [{ answers: [{ type: 'NSEC', name: 'waystation.local', existing: ['A'] }] }])
  t.equal(sent.length, 1)
})

t.test('questions that come together are answered together', async (t) => {
  const { clock, sent, responder } = responding()
  responder.hearQuery(query({ questions: [SERVICE] }), PEER)
  responder.hearQuery(query({ questions: [{ ...SERVICE, name: '_http._tcp.local' }] }), {
    ...PEER,
    address: '192.168.4.21'
  })
  clock.move(500)
  t.equal(sent.length, 1)
  t.equal(sent[0]?.answers.length, 2)
})

t.test('an answer that the asker knows for half of its life is left out', async (t) => {
  const { clock, sent, responder } = responding()
  const pointer = own('_comapeo._tcp.local', 'PTR')
  responder.hearQuery(query({ questions: [SERVICE], answers: [{ ...pointer, ttl: 2_250 }] }), PEER)
  clock.move(500)
  t.equal(sent.length, 0)
  responder.hearQuery(query({ questions: [SERVICE], answers: [{ ...pointer, ttl: 2_249 }] }), PEER)
  clock.move(500)
  t.equal(sent.length, 1)
})

t.test('known answers that come in a second packet count too', async (t) => {
  const { clock, sent, responder } = responding()
  const questions = [SERVICE, { ...SERVICE, name: '_http._tcp.local' }]
  responder.hearQuery(query({ questions, truncated: true }), PEER)
  clock.move(399)
  responder.hearQuery(query({ answers: [own('_comapeo._tcp.local', 'PTR')] }), PEER)
  t.equal(sent.length, 0)
  clock.move(101)
  t.match(
    sent.map(({ answers }) => answers.map(({ name }) => name)),
    [['_http._tcp.local']]
  )
})

t.test('no record is multicast twice in a second, but for the defence of its name', async (t) => {
  const { clock, sent, responder } = responding()
  const ask = (message: Partial<Message> = {}) =>
    responder.hearQuery(query({ questions: [HOST], ...message }), PEER)
  ask()
  clock.move(100)
  for (let times = 0; times < 50; times++) ask()
  clock.move(899)
  t.equal(sent.length, 1)
  clock.move(1)
  t.equal(sent.length, 2, 'who asked too soon is answered when the second is over')
  clock.move(250)
  ask({ authorities: [{ ...own('waystation.local', 'A'), flush: false }] })
  clock.move(0)
  t.equal(sent.length, 3, 'a probe is answered after a quarter of it')
})

t.test('the asker alone is answered when it wants that and the others know', async (t) => {
  const { clock, sent, unicast, responder } = responding()
  const questions = [{ ...HOST, unicastWanted: true }]
  responder.hearQuery(query({ questions }), PEER)
  clock.move(0)
  t.equal(sent.length, 1, 'nobody had heard it for long')
  clock.move(29_999)
  responder.hearQuery(query({ questions }), PEER)
  clock.move(0)
  t.match(unicast, [{ to: PEER, message: { id: 0, questions: [], answers: [{ flush: true, ttl: 120 }] } }])
  clock.move(1)
  responder.hearQuery(query({ questions }), PEER)
  clock.move(0)
  t.equal(sent.length, 2, 'a quarter of its life later everybody hears it again')
})

t.test('a legacy asker gets its id and question back, and answers for ten seconds', async (t) => {
  const { unicast, responder } = responding()
  const asker = { address: '192.168.4.20', port: 40_000 }
  const other = { ...HOST, name: 'other.local' }
  responder.hearQuery(query({ id: 99, questions: [other, HOST] }), asker)
  responder.hearQuery(query({ id: 98, questions: [other] }), asker)
  t.match(unicast, [
    { to: asker, message: { id: 99, questions: [HOST], answers: [{ flush: false, ttl: 10 }] } }
  ])
  t.equal(unicast.length, 1)
})

t.test('answers to one asker are bounded in a second', async (t) => {
  const { clock, unicast, responder } = responding()
  const asker = { address: '192.168.4.20', port: 40_000 }
  for (let times = 0; times < 200; times++) responder.hearQuery(query({ questions: [HOST] }), asker)
  t.equal(unicast.length, 50)
  clock.move(1_000)
  responder.hearQuery(query({ questions: [HOST] }), asker)
  t.equal(unicast.length, 51)
})

t.test('who says that our records end is corrected', async (t) => {
  const { clock, sent, responder } = responding()
  const address = own('waystation.local', 'A')
  responder.hearResponse(response({ answers: [{ ...address, ttl: 60 }] }))
  clock.move(0)
  t.equal(sent.length, 0, 'half of its life is no end')
  responder.hearResponse(response({ answers: [{ ...address, ttl: 0 }] }))
  clock.move(0)
  t.match(sent, [{ answers: [{ type: 'A', ttl: 120 }] }])
})

t.test('nothing is said after the end', async (t) => {
  const { clock, sent, responder } = responding()
  responder.hearQuery(query({ questions: [SERVICE] }), PEER)
  responder.hearQuery(query({ questions: [SERVICE], truncated: true }), { ...PEER, address: '192.168.4.22' })
  responder.stop()
  clock.move(1_000)
  t.equal(sent.length, 0)
  t.equal(clock.pending, 0)
})
