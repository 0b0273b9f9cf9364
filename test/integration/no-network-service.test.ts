import t from 'tap'
import { goOnline, makeCamp } from '../support/camp.ts'

const skip = process.getuid?.() !== 0 && 'needs root to hide what this machine has in /run'

t.test(
  'a hub whose wish for a network nobody takes serves who is on a cable, and keeps what it has',
  { skip },
  async (t) => {
    const { hub, office, campers } = await makeCamp(t, ['7.1.0'], {
      hub: { network: 'hostapd', emptyRun: true }
    })
    const { deviceId } = hub
    await hub.restart()
    t.equal(hub.deviceId, deviceId)
    t.notOk(
      hub.log.some(({ msg }) => msg.includes('set aside')),
      'nothing is set aside'
    )
    t.match((await office.status()).network, { state: 'down', problem: 'not-applied' })
    for (const camper of campers) {
      await goOnline(camper, hub)
      await camper.project.observeMany(2, { photos: 1 })
      await camper.project.doneWith(deviceId)
    }
  }
)
