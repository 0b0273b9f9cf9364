import t from 'tap'
import { HubOffice } from '../support/hub-office.ts'
import { startHub } from '../support/hub-process.ts'
import { goOnline, makeCamp } from '../support/camp.ts'

const PASSPHRASE = 'the river is high and brown'

t.test(
  'a hub on a new card is the same device, gets its data back, and goes on without a fork',
  async (t) => {
    const { hub, office, projectId, campers } = await makeCamp(t, ['7.1.0'], { hub: { name: null } })
    const [ana] = campers
    await office.claim(PASSPHRASE)
    await office.rename('River house')
    const taken = await ana.project.observeMany(3, { photos: 1 })
    await goOnline(ana, hub)
    await ana.project.waitForMember(hub.deviceId, { name: 'River house' })
    await ana.project.doneWith(hub.deviceId)
    const backup = await office.backup(PASSPHRASE)
    // After the backup the hub writes once more: nobody but Ana has it.
    await office.rename('River camp')
    await ana.project.waitForMember(hub.deviceId, { name: 'River camp' })
    await ana.phone.disconnect()
    await hub.stop()

    const card = await startHub(t, { name: null })
    const newOffice = new HubOffice(card)
    t.not(card.deviceId, hub.deviceId)
    await t.rejects(newOffice.restore(backup, 'not this one'), /PASSPHRASE_WRONG/)
    await newOffice.restore(backup, PASSPHRASE)
    t.equal(await card.ends(), 10, 'it asks to be started again')
    await card.start()
    t.equal(card.deviceId, hub.deviceId)
    t.same((await newOffice.status()).seal, { mode: 'sealed', locked: true })
    await newOffice.unlock(PASSPHRASE)
    t.match(await newOffice.project(projectId), { name: 'Forest', observations: 0 })
    await t.rejects(newOffice.restore(backup, PASSPHRASE), /ALREADY_CLAIMED/)

    // The third name stands where the second one does on Ana's phone, if it is written before she was here.
    await newOffice.rename('River island')
    await goOnline(ana, card)
    await ana.project.waitForMember(card.deviceId, { name: 'River island' })
    await ana.project.doneWith(card.deviceId)
    await newOffice.until('all observations are back', async () =>
      (await newOffice.project(projectId)).observations === taken.length ? true : undefined
    )
    const late = await ana.project.observe()
    await newOffice.until('and new ones come', async () => {
      const all = await newOffice.observations(projectId)
      return all.some(({ docId }) => docId === late.docId) || undefined
    })
    const { warnings } = await newOffice.status()
    t.notOk(warnings.some(({ code }) => code === 'core-conflict'))
  }
)
