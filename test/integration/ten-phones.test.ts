import t from 'tap'
import { goOnline, makeCamp } from '../support/camp.ts'

const PHONES = 10
const EACH = 50

t.test('ten phones with fifty observations each all hold five hundred, and none reconnects', async (t) => {
  const versions = Array.from({ length: PHONES }, () => '7.1.0' as const)
  const { hub, office, projectId, campers } = await makeCamp(t, versions)
  for (const camper of campers) await goOnline(camper, hub)
  const taken = (await Promise.all(campers.map(({ project }) => project.observeMany(EACH)))).flat()
  await Promise.all(campers.map(({ project }) => project.waitForVersions(taken)))
  await Promise.all(campers.map(({ project }) => project.doneWith(hub.deviceId)))
  for (const { project } of campers) t.equal((await project.observations()).length, PHONES * EACH)

  await office.until('all observations in the mirror', async () =>
    (await office.project(projectId)).observations === PHONES * EACH ? true : undefined
  )
  const held = await office.observations(projectId)
  t.same(held.map(({ versionId }) => versionId).sort(), taken.map(({ versionId }) => versionId).sort())
})
