import t from 'tap'
import { goOnline, makeCamp } from '../support/camp.ts'

t.test('edits made apart end as the same winner on every phone and on the hub, and merge', async (t) => {
  const { hub, office, projectId, campers } = await makeCamp(t, ['7.1.0', '5.5.0', '2.0.0'])
  const [ana, ben, cora] = campers
  const { docId, versionId } = await ana.project.observe({ tags: { state: 'first' } })
  for (const camper of campers) {
    await goOnline(camper, hub)
    await camper.project.waitForVersions([{ versionId }])
    await camper.project.doneWith(hub.deviceId)
    await camper.phone.disconnect()
  }

  // Each on its own, from the same version: three heads.
  const edits = []
  for (const { phone, project } of campers) {
    edits.push(await project.editObservation(docId, { tags: { state: phone.name } }))
  }
  // By updatedAt, ties by versionId: the rule of the phones.
  const [winner, ...losers] = edits.sort((a, b) =>
    a.updatedAt === b.updatedAt ? (a.versionId < b.versionId ? 1 : -1) : a.updatedAt < b.updatedAt ? 1 : -1
  )
  if (winner === undefined) return t.fail('no edit')

  for (const camper of campers) await goOnline(camper, hub)
  for (const { phone, project } of campers) {
    await project.waitForVersions([winner])
    await project.doneWith(hub.deviceId)
    t.same((await project.observation(docId)).tags, winner['tags'], phone.version)
  }
  const forked = await office.until('two losers on the hub', async () => {
    const shown = await office.observation(projectId, docId)
    return shown.forks.length === 2 ? shown : undefined
  })
  t.equal(forked.versionId, winner.versionId)
  t.same(forked.tags, winner['tags'])
  t.same([...forked.forks].sort(), losers.map(({ versionId }) => versionId).sort())

  // The app links the winner and its forks when somebody edits again.
  const merged = await ben.project.editObservation(docId, { tags: { state: 'merged' } }, [
    winner.versionId,
    ...losers.map(({ versionId }) => versionId)
  ])
  await Promise.all([ana, cora].map(({ project }) => project.waitForVersions([merged])))
  const shown = await office.until('the merge on the hub', async () => {
    const shown = await office.observation(projectId, docId)
    return shown.versionId === merged.versionId ? shown : undefined
  })
  t.same(shown.forks, [])
  t.same(shown.tags, { state: 'merged' })
})
