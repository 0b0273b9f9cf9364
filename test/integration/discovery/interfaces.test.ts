import t from 'tap'
import { commandsMissing, Namespace, netnsMissing, Network } from '../../netns.ts'
import { Avahi, AVAHI_COMMANDS } from './avahi.ts'
import { DiscoveryHub } from './hub.ts'

const skip = netnsMissing() || commandsMissing(AVAHI_COMMANDS)

t.test(
  'on each of two networks the hub gives its address there, and nothing of the other',
  { skip },
  async (t) => {
    const [wifi, cable] = [await Network.create(t), await Network.create(t)]
    const router = await Namespace.create(t, 'hub')
    const phone = await Namespace.create(t, 'phone')
    const laptop = await Namespace.create(t, 'laptop')
    await wifi.attach(router, { name: 'wlan0', address: '192.168.4.1/24' })
    await wifi.attach(phone, { name: 'wlan0', address: '192.168.4.20/24' })
    await cable.attach(router, { name: 'eth0', address: '10.20.0.7/16' })
    await cable.attach(laptop, { name: 'eth0', address: '10.20.0.50/16' })
    const hub = await DiscoveryHub.start(t, router, 4711)
    const instance = String((await hub.transcript.said({ event: 'ready' }))['instance'])
    const onPhone = await Avahi.start(t, phone, 'phone')
    const onLaptop = await Avahi.start(t, laptop, 'laptop')

    await onLaptop.publish('-s', 'bb00000000000001', '_comapeo._tcp', '5003')
    t.match(await hub.transcript.said({ event: 'device-found', instance: 'bb00000000000001' }), {
      interfaceName: 'eth0',
      address: '10.20.0.50'
    })
    for (const { avahi, address } of [
      { avahi: onPhone, address: '192.168.4.1' },
      { avahi: onLaptop, address: '10.20.0.7' }
    ]) {
      const seen = avahi.browse('_comapeo._tcp')
      t.match(await seen.said({ event: 'resolved', instance }), { address, port: 4711 })
      t.equal(await avahi.resolve('waystation.local'), address)
    }
    t.same(hub.transcript.all({ event: 'device-found', interfaceName: 'wlan0' }), [])
  }
)

t.test('an interface that goes and comes back is followed', { skip }, async (t) => {
  const wifi = await Network.create(t)
  const router = await Namespace.create(t, 'hub')
  const phone = await Namespace.create(t, 'phone')
  await wifi.attach(phone, { name: 'wlan0', address: '192.168.4.20/24' })
  const hub = await DiscoveryHub.start(t, router, 4711)
  const instance = String((await hub.transcript.said({ event: 'ready' }))['instance'])
  const avahi = await Avahi.start(t, phone, 'phone')
  const seen = avahi.browse('_comapeo._tcp')
  await avahi.publish('-s', 'cc00000000000001', '_comapeo._tcp', '5004')

  await wifi.attach(router, { name: 'wlan0', address: '192.168.4.1/24' })
  t.match(
    await seen.said({ event: 'resolved', instance }),
    { address: '192.168.4.1' },
    'comes while the hub runs'
  )
  t.ok(await hub.transcript.said({ event: 'device-found', instance: 'cc00000000000001' }))

  await wifi.detach(router, 'wlan0')
  t.ok(
    await hub.transcript.said({ event: 'device-lost', instance: 'cc00000000000001' }),
    'its devices go with it'
  )

  const again = hub.transcript.position
  await wifi.attach(router, { name: 'wlan0', address: '192.168.4.2/24' })
  await hub.advertised('page', 'wlan0', again)
  t.equal(await avahi.resolve('waystation.local'), '192.168.4.2', 'back with another address')
  t.ok(await hub.transcript.said({ event: 'device-found', instance: 'cc00000000000001' }, again))
})

t.test('an interface that is back before anyone looks is heard again', { skip }, async (t) => {
  const wifi = await Network.create(t)
  const router = await Namespace.create(t, 'hub')
  const phone = await Namespace.create(t, 'phone')
  const as = { name: 'wlan0', address: '192.168.4.1/24' }
  await wifi.attach(phone, { name: 'wlan0', address: '192.168.4.20/24' })
  await wifi.attach(router, as)
  const hub = await DiscoveryHub.start(t, router, 4711)
  await hub.advertised('page', 'wlan0')

  await wifi.detach(router, 'wlan0')
  await wifi.attach(router, as)
  await hub.transcript.said({ msg: 'joined the multicast group again' })
  const avahi = await Avahi.start(t, phone, 'phone')
  t.equal(await avahi.resolve('waystation.local'), '192.168.4.1')
})
