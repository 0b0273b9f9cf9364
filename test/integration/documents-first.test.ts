import t from 'tap'
import { goOnline, makeCamp } from '../support/camp.ts'
import { openWire } from '../support/wire.ts'

// Each photo is 64 blocks and a second on this wire: far more than the documents need, whatever this machine is doing.
const PHOTOS = 20
const PHOTO_BYTES = 4_000_000
const BYTES_PER_SECOND = 4_000_000

t.test('documents pass before photos, and small pictures before large ones', async (t) => {
  const { hub, campers } = await makeCamp(t, ['7.1.0', '7.1.0'])
  const [ana, ben] = campers
  const withPhotos = await ana.project.observeMany(PHOTOS, { photos: 1, photoBytes: PHOTO_BYTES })
  const photos = withPhotos.flatMap(({ photos }) => photos)
  const documents = await ana.project.observeMany(10)
  await goOnline(ben, hub)
  const slow = await openWire(t, hub.address, { bytesPerSecond: BYTES_PER_SECOND })
  await ana.phone.dial(slow.address)
  await ana.project.startSync()

  await ben.project.waitForVersions([...withPhotos, ...documents])
  const stillWanted = async () =>
    (await ana.project.syncState()).remoteDeviceSyncState[hub.deviceId]?.data.want
  t.ok(await stillWanted(), 'the hub had every document while photos were on their way')
  for (const variant of ['thumbnail', 'preview'] as const) {
    await ben.project.waitForPhotos(photos, variant)
    const originals = await Promise.all(photos.map((photo) => ben.project.photo(photo, 'original')))
    t.ok(
      originals.some(({ sha256 }) => sha256 === null),
      `every ${variant} came while originals were on their way`
    )
  }
})

t.test('one phone with many large photos does not hold up the ten observations of another', async (t) => {
  const { hub, campers } = await makeCamp(t, ['7.1.0', '7.1.0', '5.5.0'])
  const [ana, ben, cora] = campers
  await ana.project.observeMany(PHOTOS, { photos: 1, photoBytes: PHOTO_BYTES })
  await goOnline(cora, hub)
  const slow = await openWire(t, hub.address, { bytesPerSecond: BYTES_PER_SECOND })
  await ana.phone.dial(slow.address)
  await ana.project.startSync()
  await cora.project.waitForCount('observation', PHOTOS)

  const bens = await ben.project.observeMany(10, { photos: 1, photoBytes: 50_000 })
  await goOnline(ben, hub)
  await ben.project.doneWith(hub.deviceId)
  await cora.project.waitForVersions(bens)
  await cora.project.waitForPhotos(
    bens.flatMap(({ photos }) => photos),
    'original'
  )
  const state = (await ana.project.syncState()).remoteDeviceSyncState[hub.deviceId]
  t.ok(state?.data.want, 'the large photos are still on their way')
})
