import { createHash } from 'node:crypto'
import t from 'tap'
import { goOnline, makeCamp } from '../support/camp.ts'

const VARIANTS = ['thumbnail', 'preview', 'original'] as const

t.test('photos are the same bytes on the far phone and on the hub, in every variant', async (t) => {
  const { hub, office, projectId, campers } = await makeCamp(t, ['7.1.0', '5.5.0'])
  const [ana, ben] = campers
  // One of less than a block, one that ends at the end of a block (64 KiB), one of 3 MB.
  const sizes = [1_000, 65_536, 3_000_000]
  const taken = []
  for (const photoBytes of sizes) taken.push(await ana.project.observe({ photos: 1, photoBytes }))
  const photos = taken.flatMap(({ photos }) => photos)

  await goOnline(ana, hub)
  await ana.project.doneWith(hub.deviceId)
  await ana.phone.disconnect()
  await goOnline(ben, hub)
  for (const variant of VARIANTS) {
    const expected = photos.map(({ sha256 }) => sha256[variant])
    t.same(await ben.project.waitForPhotos(photos, variant), expected, `${variant} on the phone`)
    for (const [index, photo] of photos.entries()) {
      const bytes = await office.until(
        `${variant} on the hub`,
        async () => (await office.photo(projectId, photo, variant)) ?? undefined
      )
      t.equal(createHash('sha256').update(bytes).digest('hex'), expected[index], `${variant} on the hub`)
    }
  }
  t.same(
    (await office.project(projectId)).photos,
    { known: photos.length, held: photos.length },
    'the hub counts photos, not files'
  )
})

t.test(
  'a phone that takes previews only is done without originals, and the hub still has them',
  async (t) => {
    const { hub, office, projectId, campers } = await makeCamp(t, ['7.1.0', '7.1.0', '5.5.0'])
    const [ana, ...others] = campers
    for (const { phone } of others) await phone.setArchive(false)
    const { photos } = await ana.project.observe({ photos: 1, photoBytes: 500_000 })
    await goOnline(ana, hub)
    await ana.project.doneWith(hub.deviceId)
    for (const { phone, project } of others) {
      await goOnline({ phone, project }, hub)
      await project.waitForPhotos(photos, 'preview')
      await project.waitForPhotos(photos, 'thumbnail')
      await project.doneWith(hub.deviceId)
      for (const photo of photos) t.equal((await project.photo(photo, 'original')).status, 404, phone.version)
      await office.until('the hub thinks so too', async () => {
        const member = (await office.members(projectId)).find(({ id }) => id === phone.deviceId)
        return member?.state === 'up-to-date' ? true : undefined
      })
    }
    for (const photo of photos) t.ok(await office.photo(projectId, photo, 'original'))
  }
)
