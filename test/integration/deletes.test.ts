import t from 'tap'
import { goOnline, makeCamp } from '../support/camp.ts'

t.test(
  'what one phone deletes is gone on the hub and on the other phones, and stays in the history',
  async (t) => {
    const { hub, office, projectId, campers } = await makeCamp(t, ['7.1.0', '5.5.0', '2.0.0'])
    const [ana, ...others] = campers
    const [kept, removed] = await ana.project.observeMany(2)
    if (kept === undefined || removed === undefined) return t.fail('no observations')
    for (const camper of campers) await goOnline(camper, hub)
    for (const { project } of others) await project.waitForVersions([kept, removed])

    const deletion = await ana.project.deleteObservation(removed.docId)
    for (const { phone, project } of others) {
      await project.waitForVersions([deletion])
      t.same(
        (await project.observations()).map(({ docId }) => docId),
        [kept.docId],
        phone.version
      )
      t.equal((await project.observations({ includeDeleted: true })).length, 2)
    }
    await office.until('one observation on the hub', async () =>
      (await office.project(projectId)).observations === 1 ? true : undefined
    )
    t.same(
      (await office.observations(projectId)).map(({ docId }) => docId),
      [kept.docId]
    )
    t.ok((await office.observation(projectId, removed.docId)).deleted)
  }
)

t.test(
  'an edit that was made apart and later than a deletion brings the observation back everywhere',
  async (t) => {
    const { hub, office, projectId, campers } = await makeCamp(t, ['7.1.0', '7.1.0'])
    const [ana, ben] = campers
    const taken = await ana.project.observe({ tags: { state: 'first' } })
    for (const { phone, project } of campers) {
      await goOnline({ phone, project }, hub)
      await project.waitForVersions([taken])
      await project.doneWith(hub.deviceId)
      await phone.disconnect()
    }
    await ana.project.deleteObservation(taken.docId)
    const edit = await ben.project.editObservation(taken.docId, { tags: { state: 'edited' } })
    for (const camper of campers) await goOnline(camper, hub)
    await ana.project.waitForVersions([edit])
    t.same(
      (await ana.project.observations()).map(({ versionId }) => versionId),
      [edit.versionId]
    )
    const shown = await office.until('the edit on the hub', async () => {
      const shown = await office.observation(projectId, taken.docId)
      return shown.versionId === edit.versionId ? shown : undefined
    })
    t.notOk(shown.deleted)
  }
)
