import t, { type Test } from 'tap'
import type { Answer } from 'dns-packet'
import { Namespace, netnsMissing, Network } from '../../netns.ts'
import { Asker } from './asker.ts'
import { DiscoveryHub } from './hub.ts'

const skip = netnsMissing()

const SERVICES = [
  { name: '_comapeo._tcp.local', type: 'PTR' as const },
  { name: '_http._tcp.local', type: 'PTR' as const }
]

async function hubAndAsker(t: Test) {
  const wifi = await Network.create(t)
  const router = await Namespace.create(t, 'hub')
  const phone = await Namespace.create(t, 'phone')
  await wifi.attach(router, { name: 'wlan0', address: '192.168.4.1/24' })
  await wifi.attach(phone, { name: 'wlan0', address: '192.168.4.20/24' })
  const asker = await Asker.start(t, phone, '192.168.4.20')
  const hub = await DiscoveryHub.start(t, router, 4711)
  for (const { name } of SERVICES) await asker.announced(name)
  const { instance } = await hub.transcript.said({ event: 'ready' })
  return { asker, instance: String(instance) }
}

function names(answers: Answer[]): string[] {
  return answers.map(({ name }) => name).sort()
}

t.test('an answer that the asker knows is left out, until half of its life is over', { skip }, async (t) => {
  const { asker, instance } = await hubAndAsker(t)
  const known = (ttl: number): Answer => ({
    name: '_comapeo._tcp.local',
    type: 'PTR',
    data: `${instance}._comapeo._tcp.local`,
    ttl
  })
  const fresh = await asker.ask({ questions: SERVICES, answers: [known(4_000)] })
  t.same(names(fresh.answers), ['_http._tcp.local'])
  const stale = await asker.ask({ questions: SERVICES, answers: [known(2_000)] })
  t.ok(names(stale.answers).includes('_comapeo._tcp.local'))
})

t.test('one IPv4 address is all that a host name has', { skip }, async (t) => {
  const { asker, instance } = await hubAndAsker(t)
  const { answers } = await asker.ask({ questions: [{ name: `${instance}.local`, type: 'ANY' as 'A' }] })
  t.match(answers, [{ type: 'A', data: '192.168.4.1', flush: true, ttl: 120 }])
  const denied = await asker.ask({ questions: [{ name: `${instance}.local`, type: 'AAAA' }] })
  t.match(denied.answers, [{ type: 'NSEC', data: { rrtypes: ['A'] } }])
})

t.test('a legacy asker gets its own question back, and short-lived answers', { skip }, async (t) => {
  const { asker } = await hubAndAsker(t)
  const question = { name: 'waystation.local', type: 'A' as const }
  const { packet, answers } = await asker.ask({ id: 4242, questions: [question] }, { legacy: true })
  t.match(packet, { id: 4242, questions: [question] })
  t.match(answers, [{ type: 'A', data: '192.168.4.1', flush: false, ttl: 10 }])
})
