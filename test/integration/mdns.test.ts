import t from 'tap'
import { Network, netnsMissing } from '../netns.ts'
import { startPhone } from '../phones/phone.ts'
import { startHub } from '../support/hub-process.ts'
import { inviteDirectly } from '../support/invite-directly.ts'
import { dialFound, placeOn } from '../support/place-on.ts'

const skip = netnsMissing()

t.test(
  'phones find the hub on its network by themselves, lose it, and find it again',
  { skip },
  async (t) => {
    const network = await Network.create(t)
    const router = await placeOn(t, network, 1)
    const [anas, bens] = [await placeOn(t, network, 11), await placeOn(t, network, 12)]
    const [hub, ana, ben] = await Promise.all([
      startHub(t, { namespace: router.place.namespace, mdns: 'on' }),
      startPhone(t, { version: '7.1.0', name: 'Ana', place: anas.place }),
      startPhone(t, { version: '5.5.0', name: 'Ben', place: bens.place })
    ])
    const found = await dialFound(ana, hub.deviceId)
    t.same(found.addresses, ['192.168.4.1'], 'one address, and it is IPv4')
    t.equal(found.port, hub.address.port)

    const project = await ana.createProject('Forest')
    t.equal(await project.invite(hub.deviceId), 'ACCEPT')
    const bensProject = await inviteDirectly({ inviter: ana, project }, ben)
    await ben.disconnect()
    await dialFound(ben, hub.deviceId)
    await Promise.all([project.startSync(), bensProject.startSync()])
    await bensProject.waitForVersions([await project.observe()])
    await bensProject.doneWith(hub.deviceId)

    // Ben walks out of reach: nobody's socket is closed. The hub notices by itself.
    const isGone = hub.logged('device disconnected', { peer: ben.deviceId.slice(0, 7) })
    await bens.namespace.ip('link', 'set', 'wlan0', 'down')
    const meanwhile = await project.observeMany(3, { photos: 1 })
    await project.doneWith(hub.deviceId)
    await isGone
    await ben.disconnect()
    await bens.namespace.ip('link', 'set', 'wlan0', 'up')
    await dialFound(ben, hub.deviceId)
    await bensProject.waitForVersions(meanwhile)

    // A hub that starts again is another advert, on another port.
    await hub.restart()
    await ben.waitForPeer(hub.deviceId, 'disconnected')
    const again = await dialFound(ben, hub.deviceId)
    t.not(again.name, found.name)
    await bensProject.doneWith(hub.deviceId)
  }
)

t.test('two hubs on one network find each other, keep one connection, and exchange', { skip }, async (t) => {
  const network = await Network.create(t)
  const places = [await placeOn(t, network, 1), await placeOn(t, network, 2)]
  const [anas, bens] = [await placeOn(t, network, 11), await placeOn(t, network, 12)]
  const [ana, ben, ...hubs] = await Promise.all([
    startPhone(t, { version: '7.1.0', name: 'Ana', place: anas.place }),
    startPhone(t, { version: '7.1.0', name: 'Ben', place: bens.place }),
    ...places.map(({ place }) => startHub(t, { namespace: place.namespace, mdns: 'on' }))
  ])
  const project = await ana.createProject('Forest')
  const bensProject = await inviteDirectly({ inviter: ana, project }, ben)
  await ben.disconnect()
  const [first, second] = hubs.map((hub, index) => ({
    ...hub.address,
    host: String(places[index]?.place.address)
  }))
  if (first === undefined || second === undefined) return t.fail('two hubs')
  for (const address of [first, second]) {
    await ana.dial(address)
    t.equal(await project.invite(address.deviceId), 'ACCEPT')
    await project.waitForMember(address.deviceId, { role: 'member' })
  }
  await ana.disconnect()

  // Ana is at the first hub alone, Ben at the second alone: what passes, passes between the hubs.
  await ana.dial(first)
  await ben.dial(second)
  await Promise.all([project.startSync(), bensProject.startSync()])
  const taken = await project.observeMany(3, { photos: 1 })
  await bensProject.waitForVersions(taken)
  const photos = taken.flatMap(({ photos }) => photos)
  t.same(
    await bensProject.waitForPhotos(photos, 'original'),
    photos.map(({ sha256 }) => sha256.original)
  )
  for (const [index, hub] of hubs.entries()) {
    const other = hubs[1 - index]?.deviceId.slice(0, 7)
    const count = (msg: string) => hub.log.filter((line) => line.msg === msg && line['peer'] === other).length
    t.equal(count('device connected') - count('device disconnected'), 1)
  }
})
