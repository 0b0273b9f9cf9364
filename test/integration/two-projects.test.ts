import t from 'tap'
import { startPhone } from '../phones/phone.ts'
import { goOnline, inviteHub } from '../support/camp.ts'
import { HubOffice } from '../support/hub-office.ts'
import { startHub } from '../support/hub-process.ts'
import { inviteDirectly } from '../support/invite-directly.ts'

t.test('two projects pass through one hub at once and do not mix', async (t) => {
  const [hub, ana, ben, cora] = await Promise.all([
    startHub(t),
    startPhone(t, { version: '7.1.0', name: 'Ana' }),
    startPhone(t, { version: '7.1.0', name: 'Ben' }),
    startPhone(t, { version: '5.5.0', name: 'Cora' })
  ])
  // Ana is in both, Ben in the forest alone, Cora at the river alone.
  const forest = { phone: ana, project: await ana.createProject('Forest') }
  const river = { phone: cora, project: await cora.createProject('River') }
  await inviteHub(forest, hub)
  await inviteHub(river, hub)
  const bens = await inviteDirectly({ inviter: ana, project: forest.project }, ben)
  const anas = await inviteDirectly({ inviter: cora, project: river.project }, ana)
  for (const phone of [ana, ben, cora]) await phone.disconnect()

  const inForest = [
    ...(await forest.project.observeMany(3, { photos: 1 })),
    ...(await bens.observeMany(3, { photos: 1 }))
  ]
  const inRiver = [
    ...(await river.project.observeMany(3, { photos: 1 })),
    ...(await anas.observeMany(3, { photos: 1 }))
  ]
  await goOnline(forest, hub)
  await anas.startSync()
  await goOnline({ phone: ben, project: bens }, hub)
  await goOnline(river, hub)

  for (const project of [forest.project, bens]) await project.waitForVersions(inForest)
  for (const project of [river.project, anas]) await project.waitForVersions(inRiver)
  for (const project of [forest.project, bens, river.project, anas]) await project.doneWith(hub.deviceId)
  t.equal((await forest.project.observations()).length, 6)
  t.equal((await anas.observations()).length, 6)
  const office = new HubOffice(hub)
  for (const { project, taken } of [
    { project: forest.project, taken: inForest },
    { project: river.project, taken: inRiver }
  ]) {
    await office.until(`project ${project.id} in the mirror`, async () =>
      (await office.project(project.id)).observations === 6 ? true : undefined
    )
    t.same(
      (await office.observations(project.id)).map(({ docId }) => docId).sort(),
      taken.map(({ docId }) => docId).sort()
    )
  }
  t.same((await office.projects()).map(({ name }) => name).sort(), ['Forest', 'River'])
})
