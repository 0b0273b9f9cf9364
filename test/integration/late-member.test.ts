import t from 'tap'
import { startPhone } from '../phones/phone.ts'
import { goOnline, makeCamp } from '../support/camp.ts'
import { inviteDirectly } from '../support/invite-directly.ts'

t.test('phones that are connected hear of members who join later, without reconnecting', async (t) => {
  const { hub, campers } = await makeCamp(t, ['7.1.0', '5.5.0', '2.0.0'])
  const [ana, ...early] = campers
  for (const camper of campers) await goOnline(camper, hub)
  const late = []
  for (const version of ['7.1.0', '2.0.0'] as const) {
    const phone = await startPhone(t, { version, name: `Late ${version}` })
    const project = await inviteDirectly({ inviter: ana.phone, project: ana.project }, phone)
    await phone.disconnect()
    await goOnline({ phone, project }, hub)
    late.push({ phone, project })
  }
  const taken = (
    await Promise.all([...campers, ...late].map(({ project }) => project.observeMany(2, { photos: 1 })))
  ).flat()
  for (const { phone, project } of [...early, ...late, ana]) {
    // A phone never dials by itself here: if the hub had let go of one, it would hold nothing new.
    await project.waitForVersions(taken)
    for (const { phone: other } of late) await project.waitForMember(other.deviceId, { role: 'member' })
    await project.doneWith(hub.deviceId)
    t.equal((await project.observations()).length, taken.length, `${phone.name} (${phone.version})`)
  }
})
