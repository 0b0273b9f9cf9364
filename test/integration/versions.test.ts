import t from 'tap'
import { PHONE_VERSIONS } from '../phones/commands.ts'
import { goOnline, makeCamp } from '../support/camp.ts'

for (const creator of PHONE_VERSIONS) {
  const versions = [creator, ...PHONE_VERSIONS.filter((version) => version !== creator)]
  t.test(`phones of all versions exchange through the hub in a project that ${creator} made`, async (t) => {
    const { hub, campers } = await makeCamp(t, versions)
    for (const camper of campers) await goOnline(camper, hub)
    const taken = (
      await Promise.all(campers.map(({ project }) => project.observeMany(5, { photos: 1 })))
    ).flat()
    const photos = taken.flatMap(({ photos }) => photos)
    for (const { phone, project } of campers) {
      await project.waitForVersions(taken)
      for (const variant of ['thumbnail', 'preview', 'original'] as const) {
        t.same(
          await project.waitForPhotos(photos, variant),
          photos.map(({ sha256 }) => sha256[variant]),
          `${phone.version} holds every ${variant}`
        )
      }
    }
    await Promise.all(campers.map(({ project }) => project.doneWith(hub.deviceId)))
    await Promise.all(campers.map(({ project }) => project.waitForSync('full')))
  })
}
