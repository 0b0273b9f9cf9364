import t from 'tap'
import { goOnline, makeCamp } from '../support/camp.ts'
import { inviteDirectly } from '../support/invite-directly.ts'

// 2.0.0 cannot: it answers that it is in the project already, for ever.
for (const version of ['7.1.0', '5.5.0'] as const) {
  t.test(`a phone of ${version} leaves, is invited again, and gets what came meanwhile`, async (t) => {
    const { hub, office, projectId, campers } = await makeCamp(t, ['7.1.0', version])
    const [ana, ben] = campers
    const before = await ben.project.observeMany(2)
    for (const camper of campers) await goOnline(camper, hub)
    await ana.project.waitForVersions(before)
    await ben.project.doneWith(hub.deviceId)

    await ben.project.leave()
    await ana.project.waitForMember(ben.phone.deviceId, { role: 'left' })
    await office.until('the hub knows', async () =>
      (await office.members(projectId)).some(({ id, role }) => id === ben.phone.deviceId && role === 'left')
        ? true
        : undefined
    )
    const meanwhile = await ana.project.observeMany(2, { photos: 1 })
    await ana.project.doneWith(hub.deviceId)
    await ben.phone.disconnect()

    const project = await inviteDirectly({ inviter: ana.phone, project: ana.project }, ben.phone)
    await ben.phone.disconnect()
    await goOnline({ phone: ben.phone, project }, hub)
    await project.waitForVersions([...before, ...meanwhile])
    const after = await project.observe()
    await ana.project.waitForVersions([after])
    await project.doneWith(hub.deviceId)
    t.equal((await project.observations()).length, 5)
  })
}
