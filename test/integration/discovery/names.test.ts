import t, { type Test } from 'tap'
import { commandsMissing, Namespace, netnsMissing, Network } from '../../netns.ts'
import { Asker } from './asker.ts'
import { Avahi, AVAHI_COMMANDS } from './avahi.ts'
import { DiscoveryHub } from './hub.ts'

const skip = netnsMissing() || commandsMissing(AVAHI_COMMANDS)

async function hubAndPhone(t: Test) {
  const wifi = await Network.create(t)
  const router = await Namespace.create(t, 'hub')
  const phone = await Namespace.create(t, 'phone')
  await wifi.attach(router, { name: 'wlan0', address: '192.168.4.1/24' })
  await wifi.attach(phone, { name: 'wlan0', address: '192.168.4.20/24' })
  return { wifi, router, phone }
}

t.test('a hub that finds waystation.local taken is waystation-2.local', { skip }, async (t) => {
  const { router, phone } = await hubAndPhone(t)
  const avahi = await Avahi.start(t, phone, 'waystation')
  t.equal(avahi.hostName, 'waystation.local')
  const hub = await DiscoveryHub.start(t, router, 4711)
  t.ok(await hub.transcript.said({ event: 'host-name-changed', hostName: 'waystation-2.local' }))
  await hub.advertised('page', 'wlan0')
  t.equal(await avahi.resolve('waystation-2.local'), '192.168.4.1')
  t.equal(await avahi.resolve('waystation.local'), '192.168.4.20')
})

t.test('a hub that has waystation.local keeps it from others', { skip }, async (t) => {
  const { router, phone } = await hubAndPhone(t)
  const hub = await DiscoveryHub.start(t, router, 4711)
  await hub.advertised('page', 'wlan0')
  const avahi = await Avahi.start(t, phone, 'waystation')
  t.equal(avahi.hostName, 'waystation-2.local')
  t.equal(await avahi.resolve('waystation.local'), '192.168.4.1')
  t.same(hub.transcript.all({ event: 'host-name-changed' }), [])
})

t.test('two that had the same name apart settle on two when their networks meet', { skip }, async (t) => {
  const { wifi, router, phone } = await hubAndPhone(t)
  const elsewhere = await Network.create(t)
  const other = await Namespace.create(t, 'other')
  await elsewhere.attach(other, { name: 'wlan0', address: '192.168.4.30/24' })
  const asker = await Asker.start(t, phone, '192.168.4.20')
  await DiscoveryHub.start(t, router, 4711)
  await asker.announced('waystation.local')
  const avahi = await Avahi.start(t, other, 'waystation')
  t.equal(avahi.hostName, 'waystation.local', 'both have the name while they do not hear each other')

  await wifi.join(elsewhere)
  await asker.ask({ questions: [{ name: 'waystation.local', type: 'A' }] })
  await asker.announced('waystation-2.local')
  const owners = new Set()
  for (const name of ['waystation.local', 'waystation-2.local']) {
    const { answers } = await asker.ask({ questions: [{ name, type: 'A' }] })
    for (const answer of answers) if (answer.type === 'A' && answer.name === name) owners.add(answer.data)
  }
  t.same(owners, new Set(['192.168.4.1', '192.168.4.30']))
})
