import t from 'tap'
import type { DeliveryView } from '../../service/web/delivery-schemas.ts'
import { goOnline, makeCamp } from '../support/camp.ts'

const columnOf = (view: DeliveryView, id: string) => view.holders.findIndex((holder) => holder.id === id)
/** What one member holds of another, and how much there is. */
function cell(view: DeliveryView, author: string, holder: string) {
  const row = view.authors.find(({ id }) => id === author)
  const held = row?.held[columnOf(view, holder)]
  return held && { documents: [held.documents, row?.documents], photos: [held.photos, held.photosWanted] }
}

t.test('the matrix follows data from phone to phone until everyone has everything', async (t) => {
  const { hub, office, projectId, campers } = await makeCamp(t, ['7.1.0', '5.5.0'])
  const [ana, ben] = campers
  const [A, B] = [ana.phone.deviceId, ben.phone.deviceId]
  const matrix = () => office.delivery(projectId)

  const written = await ana.project.observeMany(2, { photos: 1 })
  await goOnline(ana, hub)
  await ana.project.doneWith(hub.deviceId)
  await office.until('the hub has the data of Ana', async () => {
    const { holders } = await matrix()
    return holders.some(({ isHub, hasEverything }) => isHub && hasEverything) || undefined
  })
  await ana.phone.disconnect()

  let view = await matrix()
  t.equal(view.everyoneHasEverything, false, 'nothing is known of Ben')
  t.match(view.holders[columnOf(view, B)], { known: 'never', hasEverything: false })
  t.same(cell(view, A, hub.deviceId), { documents: [2, 2], photos: [2, 2] })
  await office.until('Ana is away', async () =>
    (await matrix()).holders[columnOf(view, A)]?.known === 'then' ? true : undefined
  )

  await goOnline(ben, hub)
  await ben.project.waitForVersions(written)
  const late = await ben.project.observe()
  await ben.project.doneWith(hub.deviceId)
  await office.until('Ben has everything', async () => {
    const { holders } = await matrix()
    return holders.find(({ id }) => id === B)?.hasEverything || undefined
  })
  view = await matrix()
  t.same(cell(view, A, B), { documents: [2, 2], photos: [2, 2] })
  t.same(cell(view, B, A), { documents: [0, 1], photos: [0, 0] }, 'Ana went before Ben wrote')
  t.equal(view.everyoneHasEverything, false)

  await hub.restart()
  await goOnline(ana, hub)
  await ana.project.waitForVersions([late])
  await ana.project.doneWith(hub.deviceId)
  await office.until('Ana has everything', async () => (await matrix()).everyoneHasEverything || undefined)
  view = await matrix()
  t.match(
    view.holders[columnOf(view, B)],
    { known: 'then', hasEverything: true },
    'remembered over the restart'
  )

  await ana.project.observe()
  await office.until('Ben lacks what came since', async () => {
    const { holders, everyoneHasEverything } = await matrix()
    const lacks = holders.find(({ id }) => id === B)?.hasEverything === false
    return (lacks && !everyoneHasEverything) || undefined
  })
})

for (const version of ['7.1.0', '5.5.0'] as const) {
  t.test(`what a phone of ${version} holds is known when its person has pressed Stop`, async (t) => {
    const { hub, office, projectId, campers } = await makeCamp(t, ['7.1.0', version])
    const [ana, ben] = campers
    const [A, B] = [ana.phone.deviceId, ben.phone.deviceId]
    const written = await ana.project.observeMany(3, { photos: 1 })
    for (const camper of campers) await goOnline(camper, hub)
    await ben.project.waitForVersions(written)
    for (const { project } of campers) await project.doneWith(hub.deviceId)
    await office.until('everyone has everything', async () =>
      (await office.delivery(projectId)).everyoneHasEverything ? true : undefined
    )
    await ben.project.stopSync()
    await ana.project.observe({ photos: 1 })
    await office.until('the hub has what came since, and Ben waits for Start', async () => {
      const { photos } = await office.project(projectId)
      const { devices } = await office.status()
      return (photos?.held === 4 && devices.find(({ id }) => id === B)?.state === 'waiting') || undefined
    })
    t.same(cell(await office.delivery(projectId), A, B), { documents: [3, 4], photos: [3, 4] })
    const progress = (await office.status()).devices.find(({ id }) => id === B)?.progress
    t.match(progress?.fromHub.wanted, { documents: 1, photos: 1 }, 'nothing twice')
  })
}
