import t from 'tap'
import { goOnline, makeCamp, type Camper, type ReachableHub } from '../support/camp.ts'

// What people collected stays on their phones, which go on in CoMapeo and never lose the Wi-Fi.
for (const inviter of ['7.1.0', '5.5.0'] as const) {
  t.test(
    `a hub that left is invited again by ${inviter}, and phones that stayed connected go on`,
    async (t) => {
      const { hub, office, projectId, campers } = await makeCamp(t, [inviter, '7.1.0', '5.5.0'])
      const [ana, ...others] = campers
      const before = await observeEach(campers)
      for (const camper of campers) await goOnline(camper, hub)
      for (const { project } of campers) await project.waitForVersions(before)
      for (const { project } of campers) await project.doneWith(hub.deviceId)
      const gone = hub.logged('nothing is left of a project')
      await office.leave(projectId)
      for (const { project } of campers) await project.waitForMember(hub.deviceId, { role: 'left' })
      await gone
      const meanwhile = await observeEach(others)

      const isIn = (async () => {
        t.equal(await ana.project.invite(hub.deviceId), 'ACCEPT')
        for (const { project } of campers) {
          await project.waitForMember(hub.deviceId, { role: 'member', name: 'Base camp' })
          await project.waitForVersions(meanwhile)
          await project.waitForPhotos(
            meanwhile.flatMap(({ photos }) => photos),
            'original'
          )
        }
        // The app, too, says of each that it is done with the hub.
        for (const { project } of campers) await project.doneWith(hub.deviceId)
        const all = before.length + meanwhile.length
        await office.until('the hub has everything anew', async () => {
          const { observations, photos } = await office.project(projectId)
          return (observations === all && photos?.held === all) || undefined
        })
      })()
      await Promise.all([isIn, ...campers.map((camper) => dialWhenHungUp(camper, hub, isIn))])
      t.same((await office.status()).warnings, [])
    }
  )
}

async function observeEach(campers: readonly Camper[]) {
  const made = []
  for (const { project } of campers) made.push(await project.observe({ photos: 1 }))
  return made
}

/** What the app does when it has lost the hub and hears its advert anew. Ends with `until`. */
async function dialWhenHungUp({ phone }: Camper, hub: ReachableHub, until: Promise<unknown>): Promise<void> {
  const over = until.then(
    () => 'over' as const,
    () => 'over' as const
  )
  const hungUp = () => phone.waitForPeer(hub.deviceId, 'disconnected').then(() => 'hung up' as const)
  while ((await Promise.race([hungUp(), over])) === 'hung up') await phone.dial(hub.address)
}
