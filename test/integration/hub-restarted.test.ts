import t from 'tap'
import { goOnline, makeCamp, type Camper } from '../support/camp.ts'

const OBSERVATIONS = 60

t.test('an exchange goes on where it stopped when the hub was restarted in the middle of it', async (t) => {
  const { hub, office, projectId, campers } = await makeCamp(t, ['7.1.0', '7.1.0', '5.5.0'])
  const [ana, ...others] = campers
  const { deviceId } = hub
  const taken = await ana.project.observeMany(OBSERVATIONS, { photos: 1 })
  for (const camper of campers) await goOnline(camper, hub)

  const restart = async () => {
    await hub.restart()
    t.equal(hub.deviceId, deviceId)
    for (const { phone } of campers) await phone.waitForPeer(deviceId, 'disconnected')
    for (const camper of campers) await goOnline(camper, hub)
  }
  const [ben] = others
  await ben?.project.waitForCount('observation', 1)
  await restart()
  const photos = taken.flatMap(({ photos }) => photos)
  await ben?.project.waitForPhotos(photos.slice(0, OBSERVATIONS / 2), 'original')
  await restart()

  for (const { project } of others) {
    await project.waitForVersions(taken)
    t.same(
      await project.waitForPhotos(photos, 'original'),
      photos.map(({ sha256 }) => sha256.original)
    )
    t.equal((await project.observations()).length, OBSERVATIONS)
  }
  for (const { project } of campers) await project.doneWith(deviceId)
  await office.until('every observation in the mirror', async () =>
    (await office.project(projectId)).observations === OBSERVATIONS ? true : undefined
  )
  t.equal((await office.observations(projectId)).length, OBSERVATIONS)
})

t.test('a hub that is stopped while phones are connected ends their visits, and exits with 0', async (t) => {
  const { hub, office, campers } = await makeCamp(t, ['7.1.0'])
  const online: Camper[] = campers
  for (const camper of online) await goOnline(camper, hub)
  const before = await office.until('both visits in the history', async () => {
    const sessions = await office.sessions()
    return sessions.length >= campers.length ? sessions : undefined
  })
  await t.resolves(hub.stop())
  t.equal(hub.log.at(-1)?.msg, 'stopped')
  await hub.start()
  const after = await office.sessions()
  for (const { id } of before) t.type(after.find((session) => session.id === id)?.endedAt, 'string')
})
