import t from 'tap'
import { commandsMissing, Namespace, netnsMissing, Network } from '../../netns.ts'
import { Avahi, AVAHI_COMMANDS } from './avahi.ts'
import { DiscoveryHub } from './hub.ts'

const skip = netnsMissing() || commandsMissing(AVAHI_COMMANDS)

t.test(
  'without a default route avahi finds the hub, resolves its page, and sees it bounce and leave',
  { skip },
  async (t) => {
    const wifi = await Network.create(t)
    const router = await Namespace.create(t, 'hub')
    const phone = await Namespace.create(t, 'phone')
    await wifi.attach(router, { name: 'wlan0', address: '192.168.4.1/24' })
    await wifi.attach(phone, { name: 'wlan0', address: '192.168.4.20/24' })
    t.equal(await router.ip('route', 'show', 'default'), '', 'the hub has no default route')

    const avahi = await Avahi.start(t, phone, 'phone')
    const seen = avahi.browse('_comapeo._tcp')
    const hub = await DiscoveryHub.start(t, router, 4711)
    const instance = String((await hub.transcript.said({ event: 'ready' }))['instance'])

    await t.test('the advert has the port and the one address of the link', async (t) => {
      const resolved = await seen.said({ event: 'resolved', instance })
      t.match(resolved, {
        interfaceName: 'wlan0',
        host: `${instance}.local`,
        address: '192.168.4.1',
        port: 4711
      })
    })
    await t.test('the page has a name', async (t) => {
      await hub.advertised('page', 'wlan0')
      t.equal(await avahi.resolve('waystation.local'), '192.168.4.1')
      const page = await avahi.browse('_http._tcp').said({ event: 'resolved' })
      t.match(page, { instance: 'waystation', host: 'waystation.local', address: '192.168.4.1', port: 80 })
    })
    await t.test(
      'a bounce takes the advert back and brings another, which ends when the hub closes',
      async (t) => {
        const next = await hub.bounce()
        t.not(next, instance)
        t.ok(await seen.said({ event: 'removed', instance }))
        t.match(await seen.said({ event: 'resolved', instance: next }), {
          address: '192.168.4.1',
          port: 4711
        })
        await hub.close()
        t.ok(await seen.said({ event: 'removed', instance: next }))
      }
    )
  }
)

t.test('the hub finds what avahi advertises, and notices when it is taken back', { skip }, async (t) => {
  const wifi = await Network.create(t)
  const router = await Namespace.create(t, 'hub')
  const phone = await Namespace.create(t, 'phone')
  await wifi.attach(router, { name: 'wlan0', address: '192.168.4.1/24' })
  await wifi.attach(phone, { name: 'wlan0', address: '192.168.4.20/24' })
  const avahi = await Avahi.start(t, phone, 'phone')
  const early = await avahi.publish('-s', 'aa00000000000001', '_comapeo._tcp', '5001')
  const hub = await DiscoveryHub.start(t, router, 4711)

  const found = { event: 'device-found', interfaceName: 'wlan0', address: '192.168.4.20' }
  t.ok(
    await hub.transcript.said({ ...found, instance: 'aa00000000000001', port: 5001 }),
    'that was there before'
  )
  await avahi.publish('-s', 'aa00000000000002', '_comapeo._tcp', '5002')
  t.ok(await hub.transcript.said({ ...found, instance: 'aa00000000000002', port: 5002 }), 'that comes later')
  early.kill()
  t.ok(await hub.transcript.said({ event: 'device-lost', instance: 'aa00000000000001' }))
})
