import t from 'tap'
import { PHONE_VERSIONS } from '../phones/commands.ts'
import { goOnline, makeCamp } from '../support/camp.ts'

for (const version of PHONE_VERSIONS) {
  t.test(`a phone of ${version} that was removed learns it from the hub and gets nothing more`, async (t) => {
    const { hub, campers } = await makeCamp(t, ['7.1.0', '7.1.0', version])
    const [ana, ben, cora] = campers
    for (const camper of campers) await goOnline(camper, hub)
    const before = await ana.project.observe()
    await cora.project.waitForVersions([before])
    const coras = await cora.project.observe()
    await ben.project.waitForVersions([coras])

    await ana.project.remove(cora.phone.deviceId)
    await cora.project.waitForOwnRole('blocked')
    await ben.project.waitForMember(cora.phone.deviceId, { role: 'blocked' })
    const { photos, ...after } = await ana.project.observe({ photos: 1 })
    await ben.project.waitForVersions([after])
    await ben.project.waitForPhotos(photos, 'original')
    // What she had collected stays.
    t.equal((await ben.project.observations()).length, 3)

    // Made after all that and relayed by the hub to the removed phone, too: when it is here, the rest would be.
    await ana.project.assignRole(ben.phone.deviceId, 'coordinator')
    await cora.project.waitForMember(ben.phone.deviceId, { role: 'coordinator' })
    t.equal((await cora.project.observations()).length, 2)

    // Nor on a new connection.
    await cora.phone.disconnect()
    await goOnline(cora, hub)
    await ana.project.assignRole(ben.phone.deviceId, 'member')
    await cora.project.waitForMember(ben.phone.deviceId, { role: 'member' })
    t.equal((await cora.project.observations()).length, 2)
    for (const photo of photos) t.equal((await cora.project.photo(photo, 'thumbnail')).sha256, null)

    // The others are done without her.
    await Promise.all([ana, ben].map(({ project }) => project.doneWith(hub.deviceId)))
  })
}
