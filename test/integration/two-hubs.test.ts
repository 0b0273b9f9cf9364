import t from 'tap'
import { goOnline, inviteHub, makeCamp } from '../support/camp.ts'
import { startHub } from '../support/hub-process.ts'

t.test('a phone that visits two hubs carries between them what others left there', async (t) => {
  const { hub: camp, campers } = await makeCamp(t, ['7.1.0', '7.1.0', '7.1.0'])
  const [ana, ben, cora] = campers
  const village = await startHub(t, { name: 'Village' })
  await inviteHub(ana, village)
  await ana.phone.disconnect()

  const atCamp = await ben.project.observeMany(3, { photos: 1 })
  const atVillage = await cora.project.observeMany(3, { photos: 1 })
  // Ana tells the camp of the village's hub, then goes; Ben only comes to the camp, Cora only to the village.
  await goOnline(ana, camp)
  await goOnline(ben, camp)
  await ana.project.waitForVersions(atCamp)
  await Promise.all([ana, ben].map(({ project }) => project.doneWith(camp.deviceId)))
  await ana.phone.disconnect()
  await goOnline(ana, village)
  await goOnline(cora, village)
  await cora.project.waitForVersions(atCamp)
  await ana.project.waitForVersions(atVillage)
  await Promise.all([ana, cora].map(({ project }) => project.doneWith(village.deviceId)))

  // At both at once: the same blocks come from two sides, and both hubs end up done.
  await ana.phone.dial(camp.address)
  await ben.project.waitForVersions(atVillage)
  const photos = atVillage.flatMap(({ photos }) => photos)
  t.same(
    await ben.project.waitForPhotos(photos, 'original'),
    photos.map(({ sha256 }) => sha256.original)
  )
  await Promise.all([
    ana.project.doneWith(camp.deviceId),
    ana.project.doneWith(village.deviceId),
    ben.project.doneWith(camp.deviceId)
  ])
  for (const { project } of campers) {
    const hubs = (await project.members()).filter(({ deviceType }) => deviceType === 'desktop')
    t.same(hubs.map(({ name }) => name).sort(), ['Base camp', 'Village'])
  }
})
