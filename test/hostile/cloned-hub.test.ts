import { cp } from 'node:fs/promises'
import { join } from 'node:path'
import t from 'tap'
import { goOnline, makeCamp, type Camper } from '../support/camp.ts'
import { HubOffice } from '../support/hub-office.ts'
import { startHub, type HubProcess } from '../support/hub-process.ts'
import { untilStatus, warningsOf } from '../support/hub-status.ts'

const PASSPHRASE = 'the river is high and brown'

/** Leaves the hub where the camper was for another one, and resolves when it is done there. */
async function goTo(camper: Camper, hub: HubProcess): Promise<void> {
  await camper.phone.disconnect()
  await goOnline(camper, hub)
  await camper.project.doneWith(hub.deviceId)
}

t.test(
  'two hubs of one copied card lose nothing of what people collect, and say what is wrong',
  async (t) => {
    const { hub, office, campers } = await makeCamp(t, ['7.1.0', '7.1.0'], {
      hub: { built: true, name: null }
    })
    const [ana, ben] = campers
    await office.claim(PASSPHRASE)
    await office.rename('River')
    for (const camper of campers) {
      await goTo(camper, hub)
      await camper.project.waitForMember(hub.deviceId, { name: 'River' })
      await camper.phone.disconnect()
    }
    await hub.stop()
    const directory = join(t.testdir(), 'copy')
    await cp(hub.directory, directory, { recursive: true })
    await hub.start()
    await office.unlock(PASSPHRASE)
    const copy = await startHub(t, { built: true, name: null, directory })
    const copyOffice = new HubOffice(copy)
    await copyOffice.unlock(PASSPHRASE)
    t.equal(copy.deviceId, hub.deviceId)

    const [atHub, atCopy] = await Promise.all(
      campers.map(({ project }) => project.observeMany(2, { photos: 1 }))
    )
    await goTo(ana, hub)
    await goTo(ben, copy)
    await office.rename('Upper river')
    await ana.project.waitForMember(hub.deviceId, { name: 'Upper river' })
    await goTo(ana, copy)
    await ben.project.waitForVersions(atHub ?? [])
    await ana.project.waitForVersions(atCopy ?? [])
    // What one of them has written since, the other takes over from the phones, and writes after it.
    await ben.project.waitForMember(hub.deviceId, { name: 'Upper river' })
    await copyOffice.rename('Lower river')
    await ana.project.waitForMember(hub.deviceId, { name: 'Lower river' })
    t.same([...(await warningsOf(hub)), ...(await warningsOf(copy))], [])

    // Both write at the same place, and one of them once more.
    await goTo(ana, hub)
    for (const name of ['North', 'Far north']) {
      await office.rename(name)
      await ana.project.waitForMember(hub.deviceId, { name })
    }
    await copyOffice.rename('South')
    await ben.project.waitForMember(hub.deviceId, { name: 'South' })
    await ana.phone.disconnect()
    await goOnline(ana, copy)
    await untilStatus(copy, ({ warnings }) => warnings.some(({ code }) => code === 'hub-copied'))
    t.same(await warningsOf(copy), ['hub-copied'])
    const late = await ana.project.observe({ photos: 1 })
    await ben.project.waitForVersions([late])
    await ben.project.waitForPhotos(late.photos, 'original')
    t.pass('and they go on to exchange')
  }
)
