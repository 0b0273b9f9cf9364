import { join } from 'node:path'
import t from 'tap'
import { startHub } from '../support/hub-process.ts'
import { untilStatus, warningsOf } from '../support/hub-status.ts'
import { CardImage, imagesMissing } from './card-image.ts'
import { LightCamp } from './light-camp.ts'
import { superviseHub } from './supervised-hub.ts'
import { random, randomMoment, rounds, seed } from './rounds.ts'

const skip = imagesMissing()
const MEBIBYTE = 1024 * 1024
const SIZES_MEBIBYTES = [64, 96, 128]

t.test(`a card that fills up is met before it is full (seed ${seed})`, { skip }, async (t) => {
  for (let round = 0; round < rounds(1); round++) {
    await t.test(`round ${round}`, async (t) => {
      const card = await CardImage.make(t, { mebibytes: random.pick(SIZES_MEBIBYTES) })
      const hub = await startHub(t, { directory: join(card.directory, 'data'), built: true })
      const camp = await LightCamp.make(t, hub)
      await camp.write(20, 5)
      await camp.acknowledgedBy(hub)

      // One device brings more than there is room for: it is named, and leaves room for the others.
      await camp.write(0, 2 * 16 * random.pick(SIZES_MEBIBYTES))
      const named = await untilStatus(hub, ({ warnings }) =>
        warnings.some(({ code }) => code === 'writer-over-share')
      )
      t.ok(named.storage.freeBytes > 0)
      // And somebody else takes what is left, but for a little.
      await card.fill(4 * MEBIBYTE)
      await untilStatus(hub, ({ storage }) => storage.state === 'full')
      t.ok((await warningsOf(hub)).includes('intake-paused'))
      t.equal((await fetch(`${hub.url}/api/health`)).status, 200, 'it serves')
      t.notOk(await camp.isUpToDateAt(hub), 'what is not stored is not called so')
      t.same(await camp.verify(t, hub), { checked: 25, lost: 0, wrong: 0 })

      // Somebody else takes the rest, and the hub is killed: it opens all the same.
      await card.fill(0)
      await hub.kill()
      await hub.start()
      await untilStatus(hub, ({ storage }) => storage.state === 'full')
      t.same(await camp.verify(t, hub), { checked: 25, lost: 0, wrong: 0 })
      await hub.stop()
      await card.discard()
    })
  }
})

t.test(`a hub goes on by itself when there is room again (seed ${seed})`, { skip }, async (t) => {
  for (let round = 0; round < rounds(2); round++) {
    await t.test(`round ${round}`, async (t) => {
      const card = await CardImage.make(t, { mebibytes: 256 })
      const hub = superviseHub(t, join(card.directory, 'data'))
      await hub.start()
      const camp = await LightCamp.make(t, hub)
      await camp.write(20, 5)
      await camp.acknowledgedBy(hub)

      // Somebody else fills the card to the last block in the middle of an exchange.
      await camp.write(200, 300)
      await randomMoment(300)
      await card.fill(random.below(2) * MEBIBYTE)
      await untilStatus(hub, ({ storage }) => storage.state === 'full')
      // Also where a write found no room: nothing more is stored, and what is there is served.
      t.equal((await fetch(`${hub.url}/api/health`)).status, 200, 'it serves')
      await card.makeRoom()

      // Phones are hung up on, and dial again when they see the hub anew: here the writer does.
      await camp.hungUp()
      await untilStatus(hub, ({ storage }) => storage.state === 'ok')
      await camp.connect(t, hub)
      await camp.acknowledgedBy(hub)
      t.same(await warningsOf(hub), [])
      t.same(await camp.verify(t, hub), { checked: 525, lost: 0, wrong: 0 })
      await hub.restart()
      t.same(await camp.verify(t, hub), { checked: 525, lost: 0, wrong: 0 })
      await hub.stop()
      await card.discard()
    })
  }
})

t.test(
  'a card that is pulled out is said to be gone, and nothing more is acknowledged',
  { skip },
  async (t) => {
    const card = await CardImage.make(t)
    const hub = await startHub(t, { directory: join(card.directory, 'data'), built: true })
    const camp = await LightCamp.make(t, hub)
    await camp.write(3, 1)
    await camp.acknowledgedBy(hub)
    await card.pullOut()
    await camp.write(3, 1)
    await untilStatus(hub, ({ storage }) => storage.state === 'failed')
    t.same(await warningsOf(hub), ['storage-failed'])
    t.equal((await fetch(`${hub.url}/api/health`)).status, 503)
    t.notOk(await camp.isUpToDateAt(hub))
    await hub.kill()
  }
)
