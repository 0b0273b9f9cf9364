import t from 'tap'
import { makeCamp, goOnline } from '../support/camp.ts'
import { openWire } from '../support/wire.ts'

t.test('a phone that walked out of reach in the middle comes back on a new connection at once', async (t) => {
  const { hub, campers } = await makeCamp(t, ['7.1.0', '7.1.0'])
  const [ana, ben] = campers
  const taken = await ana.project.observeMany(20, { photos: 1 })
  const wire = await openWire(t, hub.address)
  await ana.phone.dial(wire.address)
  await ana.project.startSync()
  await goOnline(ben, hub)
  await ben.project.waitForCount('observation', 1)

  // The hub is not told: to it the first connection looks alive.
  wire.freeze()
  await ana.phone.disconnect()
  await goOnline(ana, hub)
  await ana.project.doneWith(hub.deviceId)
  await ben.project.waitForVersions(taken)
  const photos = taken.flatMap(({ photos }) => photos)
  t.same(
    await ben.project.waitForPhotos(photos, 'original'),
    photos.map(({ sha256 }) => sha256.original)
  )
  t.equal((await ben.project.observations()).length, 20)
})

t.test(
  'the hub lets go of a phone that is silent and does not close its socket, and serves the others',
  async (t) => {
    const { hub, office, projectId, campers } = await makeCamp(t, ['7.1.0', '7.1.0', '5.5.0'])
    const [ana, ben, cora] = campers
    for (const camper of campers) await goOnline(camper, hub)
    await ben.project.waitForVersions([await ana.project.observe()])
    await cora.project.waitForCount('observation', 1)

    // Stopped in the middle of the night: the process is there, the socket is open, and nobody reads.
    cora.phone.pause()
    const taken = await ana.project.observeMany(10, { photos: 1, photoBytes: 1_000_000 })
    await ben.project.waitForVersions(taken)
    await ben.project.waitForPhotos(
      taken.flatMap(({ photos }) => photos),
      'original'
    )
    const gone = await office.until('the silent phone is away', async () =>
      (await office.members(projectId)).find(
        ({ id, state }) => id === cora.phone.deviceId && state === 'away'
      )
    )
    t.equal(gone.name, 'Cora')
    const session = (await office.sessions()).find(({ device }) => device.id === cora.phone.deviceId)
    t.equal(session?.outcome, 'interrupted')

    cora.phone.resume()
    await cora.phone.waitForPeer(hub.deviceId, 'disconnected')
    await goOnline(cora, hub)
    await cora.project.waitForVersions(taken)
    await cora.project.doneWith(hub.deviceId)
  }
)
