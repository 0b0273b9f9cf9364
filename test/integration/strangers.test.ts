import NoiseSecretStream from '@hyperswarm/secret-stream'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { connect } from 'node:net'
import Protomux from 'protomux'
import t from 'tap'
import { startPhone } from '../phones/phone.ts'
import { goOnline, makeCamp } from '../support/camp.ts'

t.test('a device that was never invited is told of no core of any project', async (t) => {
  const { hub, campers } = await makeCamp(t, ['7.1.0', '7.1.0'])
  const [ana, ben] = campers

  const socket = connect({ host: '127.0.0.1', port: hub.address.port })
  t.teardown(() => socket.destroy())
  const stream = new NoiseSecretStream(true, socket)
  await once(stream, 'connect')
  t.equal(stream.remotePublicKey.toString('hex'), hub.deviceId)
  const mux = new Protomux(stream)
  // Opening the channel of a core tells its discovery key.
  const told: unknown[] = []
  mux.pair({ protocol: 'hypercore/alpha' }, (discoveryKey) => told.push(discoveryKey))

  await goOnline(ana, hub)
  await goOnline(ben, hub)
  const taken = await ana.project.observe({ photos: 1 })
  await ben.project.waitForVersions([taken])
  await ben.project.doneWith(hub.deviceId)

  // The refusal of a core that nobody has comes after everything that the hub sent before.
  await new Promise<void>((resolve) => {
    mux.createChannel({ protocol: 'hypercore/alpha', id: randomBytes(32), onclose: () => resolve() })?.open()
  })
  t.same(told, [])
})

t.test('a phone of another project is a device without a project to the hub, and gets nothing', async (t) => {
  const { hub, office, campers } = await makeCamp(t, ['7.1.0', '7.1.0'])
  const [ana, ben] = campers
  const stranger = await startPhone(t, { version: '7.1.0', name: 'Stranger' })
  const own = await stranger.createProject('Elsewhere')
  await own.observe()
  await goOnline({ phone: stranger, project: own }, hub)
  await goOnline(ana, hub)
  await goOnline(ben, hub)
  await ben.project.waitForVersions([await ana.project.observe()])
  await office.until('the stranger on the board', async () =>
    (await office.status()).devices.some(
      ({ id, state }) => id === stranger.deviceId && state === 'unknown-project'
    )
      ? true
      : undefined
  )
  t.equal((await office.projects()).length, 1)
  t.equal((await own.observations()).length, 1)
})

for (const version of ['7.1.0', '2.0.0'] as const) {
  t.test(
    `a phone of ${version} with stolen keys and no role learns who is a member, and no more`,
    async (t) => {
      const { hub, office, projectId, campers } = await makeCamp(t, ['7.1.0', '7.1.0'])
      const [ana, ben] = campers
      const thief = await startPhone(t, { version, name: 'Thief' })
      const stolen = await thief.stealProject(await ben.phone.joinDetails())
      for (const camper of [ana, ben, { phone: thief, project: stolen }]) await goOnline(camper, hub)

      const { photos, ...taken } = await ana.project.observe({ photos: 1 })
      const preset = await ana.project.create('preset', {
        name: 'Secret place',
        geometry: ['point'],
        tags: { secret: 'yes' },
        addTags: {},
        removeTags: {},
        fieldRefs: [],
        terms: []
      })
      await ben.project.waitForVersions([taken])
      await ben.project.waitForPhotos(photos, 'original')
      await ben.project.waitForVersions([preset], 'preset')
      // Made after all that and relayed by the hub: when it is here, the rest would be.
      await ana.project.assignRole(ben.phone.deviceId, 'coordinator')
      await stolen.waitForMember(ben.phone.deviceId, { role: 'coordinator' })

      t.same(await stolen.observations({ includeDeleted: true }), [])
      t.same(await stolen.documents('preset'), [])
      for (const photo of photos) t.equal((await stolen.photo(photo, 'thumbnail')).sha256, null)
      const state = (await stolen.syncState()).remoteDeviceSyncState[hub.deviceId]
      t.equal(state?.data.wanted ?? 0, 0)
      t.same(
        (await stolen.members())
          .map(({ name }) => name)
          .filter((name) => name !== 'Thief' && name !== undefined),
        []
      )

      // Nor does what the thief writes reach anybody: it has no role.
      await stolen.observe({ tags: { by: 'Thief' } })
      await ben.project.waitForVersions([await ana.project.observe()])
      t.equal((await ben.project.observations()).length, 2)
      await office.until('both observations in the mirror', async () =>
        ((await office.project(projectId)).observations ?? 0) >= 2 ? true : undefined
      )
      t.equal((await office.project(projectId)).observations, 2)
    }
  )
}
