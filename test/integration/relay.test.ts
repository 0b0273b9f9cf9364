import t from 'tap'
import { goOnline, makeCamp } from '../support/camp.ts'

t.test('a phone gets what a phone that it never met left at the hub', async (t) => {
  const { hub, office, projectId, campers } = await makeCamp(t, ['7.1.0', '7.1.0'])
  const [ana, ben] = campers
  const taken = await ana.project.observeMany(5, { tags: { by: 'Ana' }, photos: 1 })
  const track = await ana.project.create('track', {
    locations: [
      { coords: { latitude: -3, longitude: -60 }, mocked: false, timestamp: '2025-01-01T00:00:00.000Z' },
      { coords: { latitude: -3.1, longitude: -60 }, mocked: false, timestamp: '2025-01-01T00:01:00.000Z' }
    ],
    observationRefs: [],
    tags: {}
  })
  const preset = await ana.project.create('preset', {
    name: 'Tree',
    geometry: ['point'],
    tags: { natural: 'tree' },
    addTags: {},
    removeTags: {},
    fieldRefs: [],
    terms: []
  })
  await goOnline(ana, hub)
  await ana.project.doneWith(hub.deviceId)
  await ana.phone.kill()

  await goOnline(ben, hub)
  await ben.project.waitForVersions(taken)
  await ben.project.waitForVersions([track], 'track')
  await ben.project.waitForVersions([preset], 'preset')
  const photos = taken.flatMap(({ photos }) => photos)
  t.same(
    await ben.project.waitForPhotos(photos, 'original'),
    photos.map(({ sha256 }) => sha256.original)
  )
  await ben.project.doneWith(hub.deviceId)
  t.equal((await ben.project.observations()).length, 5)

  const project = await office.until('all five observations in the mirror', async () => {
    const project = await office.project(projectId)
    return project.observations === 5 ? project : undefined
  })
  t.equal(project.tracks, 1)
})

t.test('the hub shows itself by name in the team list of every version', async (t) => {
  const { hub, campers } = await makeCamp(t, ['7.1.0', '5.5.0', '2.0.0'], { hub: { name: 'Boat house' } })
  for (const camper of campers) {
    await goOnline(camper, hub)
    const shown = await camper.project.waitForMember(hub.deviceId, { name: 'Boat house', role: 'member' })
    t.equal(shown.deviceType, 'desktop', camper.phone.version)
  }
})
