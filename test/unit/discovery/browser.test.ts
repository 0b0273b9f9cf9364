import t from 'tap'
import { Browser } from '../../../service/discovery/browser.ts'
import { response, type Message, type ResourceRecord } from '../../../service/discovery/message.ts'
import { syncRecords } from '../../../service/discovery/own-records.ts'
import { ManualClock } from '../../support/manual-clock.ts'
import { heard } from './captures.ts'

const LINK = { name: 'wlan0', address: '192.168.4.1', netmask: '255.255.255.0', internal: false }
const PHONE = { instance: 'aa00000000000007', port: 5007, address: '192.168.4.27' }
const HOURS = 3_600_000

function browsing() {
  const clock = new ManualClock()
  const sent: Message[] = []
  const told: object[] = []
  const browser = new Browser({
    link: LINK,
    clock,
    random: () => 0.5,
    ownAnswers: () => [],
    isOwn: (instance) => instance === 'bb00000000000001',
    multicast: (message) => sent.push(message),
    onFound: (found) => told.push(found),
    onLost: (instance) => told.push({ lost: instance })
  })
  return { clock, sent, told, browser }
}

/** What a phone announces of itself, whole. */
function announcement(phone = PHONE, ttl?: number): Message {
  const { shared, unique } = syncRecords(phone)
  const records = [...shared, ...unique]
  return response({ answers: ttl === undefined ? records : records.map((record) => ({ ...record, ttl })) })
}

function pointer(instance: string, ttl = 4_500): ResourceRecord {
  const target = `${instance}._comapeo._tcp.local`
  return { name: '_comapeo._tcp.local', ttl, flush: false, type: 'PTR', target }
}

const SERVICE = heard('avahi announces a service')
/** The same from a responder that does not add the address of the host. */
const WITHOUT_ADDRESS = { ...SERVICE, answers: SERVICE.answers.filter(({ type }) => type !== 'A') }
const FOUND = { instance: 'aa00000000000001', address: '192.168.4.20', port: 5001 }

t.test('a device is found when everything that is needed to dial it has been heard', async (t) => {
  const whole = browsing()
  whole.browser.hearResponse(SERVICE)
  whole.browser.hearResponse(SERVICE)
  t.same(whole.told, [FOUND], 'and told once')
  const inParts = browsing()
  inParts.browser.hearResponse(heard('avahi announces a host name'))
  inParts.browser.hearResponse(WITHOUT_ADDRESS)
  t.same(inParts.told, [], 'the address of a host that nobody needs is not kept')
  inParts.browser.hearResponse(heard('avahi announces a host name'))
  t.same(inParts.told, [FOUND])
})

t.test('what an advert came without is asked for, three times at most', async (t) => {
  const { clock, sent, browser } = browsing()
  browser.hearResponse(WITHOUT_ADDRESS)
  clock.move(70)
  t.match(sent, [{ kind: 'query', questions: [{ name: 'waystation.local', type: 'A' }] }])
  clock.move(60_000)
  t.equal(sent.length, 3)
  browser.hearResponse(response({ answers: [pointer('cc00000000000001')] }))
  clock.move(70)
  t.match(sent[3]?.questions, [{ name: 'cc00000000000001._comapeo._tcp.local', type: 'SRV' }])
})

t.test('another address or port of the same advert is told again', async (t) => {
  const { told, browser } = browsing()
  browser.hearResponse(announcement())
  browser.hearResponse(announcement({ ...PHONE, address: '192.168.4.28' }))
  browser.hearResponse(announcement({ ...PHONE, address: '192.168.4.28', port: 5008 }))
  t.same(told, [
    PHONE,
    { ...PHONE, address: '192.168.4.28' },
    { ...PHONE, address: '192.168.4.28', port: 5008 }
  ])
})

t.test('only private addresses are told, rather those of the link', async (t) => {
  const { told, browser } = browsing()
  browser.hearResponse(announcement({ ...PHONE, address: '8.8.8.8' }))
  t.same(told, [])
  const host = { name: `${PHONE.instance}.local`, ttl: 120, flush: true, type: 'A' } as const
  const addresses = ['203.0.113.9', '10.9.9.9', '192.168.4.27'].map((address) => ({ ...host, address }))
  browser.hearResponse(response({ answers: addresses }))
  t.same(told, [PHONE])
})

t.test('the hub does not find itself', async (t) => {
  const { told, sent, clock, browser } = browsing()
  browser.hearResponse(announcement({ ...PHONE, instance: 'bb00000000000001' }))
  clock.move(60_000)
  t.same(told, [])
  t.same(sent, [])
})

t.test('a goodbye counts after a second, unless it is taken back', async (t) => {
  const { clock, told, browser } = browsing()
  browser.hearResponse(announcement())
  browser.hearResponse(announcement(PHONE, 0))
  clock.move(999)
  browser.hearResponse(announcement())
  clock.move(60_000)
  t.same(told, [PHONE])
  browser.hearResponse(announcement(PHONE, 0))
  clock.move(1_000)
  t.same(told, [PHONE, { lost: PHONE.instance }])
})

t.test('an advert that is about to end is asked for, and ends when nobody answers', async (t) => {
  const { clock, sent, told, browser } = browsing()
  browser.hearResponse(announcement(PHONE, 1_000))
  clock.move(799_999)
  t.equal(sent.length, 0)
  clock.move(200_000)
  t.equal(sent.length, 4)
  t.same(told, [PHONE])
  clock.move(1)
  t.same(told, [PHONE, { lost: PHONE.instance }])
})

t.test('no life is believed that is longer than 75 minutes', async (t) => {
  const { clock, told, browser } = browsing()
  browser.hearResponse(announcement(PHONE, 2 ** 32 - 1))
  clock.move(75 * 60 * 1_000)
  t.same(told, [PHONE, { lost: PHONE.instance }])
})

t.test('asks at intervals that double up to an hour, and says what it knows', async (t) => {
  const { clock, sent, browser } = browsing()
  browser.start()
  clock.move(70)
  for (const wait of [1_000, 2_000, 4_000, 8_000]) {
    const before = sent.length
    clock.move(wait - 1)
    t.equal(sent.length, before)
    clock.move(1)
    t.equal(sent.length, before + 1)
  }
  clock.move(100 * HOURS)
  const before = sent.length
  clock.move(10 * HOURS)
  t.equal(sent.length, before + 10)

  browser.start()
  browser.hearResponse(announcement())
  clock.move(70)
  t.match(sent.at(-1)?.answers, [
    { type: 'PTR', target: `${PHONE.instance}._comapeo._tcp.local`, ttl: 4_499 }
  ])
})

t.test('a flood of adverts is bounded in what is kept and what is asked', async (t) => {
  const { clock, sent, told, browser } = browsing()
  const invented = Array.from({ length: 5_000 }, (_, index) => pointer(`flood-${index}`, 1 + (index % 4_000)))
  for (let round = 0; round < 3; round++) browser.hearResponse(response({ answers: invented }))
  // Five timers for each of 512 adverts, and the one that asks for what is missing.
  t.ok(clock.pending <= 512 * 5 + 1, `${clock.pending} timers`)
  clock.move(10_000)
  t.ok(sent.length <= 2 * 11, `${sent.length} questions in ten seconds`)
  t.ok(sent.every(({ questions, answers }) => questions.length <= 10 && answers.length <= 20))
  t.same(told, [])
})

t.test('names that could not be asked for are not listened to', async (t) => {
  const { clock, sent, told, browser } = browsing()
  for (const instance of ['', 'a.b', 'é', '\u0000', 'x'.repeat(64)]) {
    browser.hearResponse(response({ answers: [pointer(instance)] }))
  }
  const service = {
    name: 'ok._comapeo._tcp.local',
    ttl: 9,
    flush: true,
    type: 'SRV',
    weight: 0,
    priority: 0
  } as const
  for (const [target, port] of [
    ['example.org', 1],
    ['a..local', 1],
    [`${'x'.repeat(64)}.local`, 1],
    ['a.local', 0]
  ] as const) {
    browser.hearResponse(response({ answers: [pointer('ok'), { ...service, target, port }] }))
  }
  clock.move(10_000)
  t.same(told, [])
  t.ok(sent.every(({ questions }) => questions.every(({ name }) => name === 'ok._comapeo._tcp.local')))
})

t.test('nothing is asked or told after the end', async (t) => {
  const { clock, told, sent, browser } = browsing()
  browser.start()
  browser.hearResponse(announcement())
  browser.hearResponse(response({ answers: [pointer('cc00000000000001')] }))
  browser.stop()
  t.equal(clock.pending, 0)
  t.same([sent, told], [[], [PHONE]])
})
