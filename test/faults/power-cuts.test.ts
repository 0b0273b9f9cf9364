import { join } from 'node:path'
import t from 'tap'
import { HubProcess, startHub } from '../support/hub-process.ts'
import { CardImage, imagesMissing } from './card-image.ts'
import { blocksOf, LightCamp } from './light-camp.ts'
import { random, randomMoment, rounds, seed } from './rounds.ts'

const skip = imagesMissing()

t.test(`what was acknowledged survives power cuts (seed ${seed})`, { skip }, async (t) => {
  const card = await CardImage.make(t, { mebibytes: 256 })
  const hub = await startHub(t, { directory: join(card.directory, 'data'), built: true })
  const camp = await LightCamp.make(t, hub)
  let checked = 0
  for (let cut = 0; cut < rounds(8); cut++) {
    await t.test(`cut ${cut}`, async (t) => {
      await camp.write(1 + random.below(50), random.below(12))
      // Half of the cuts come as soon as the page has said it, the others in the middle of the next exchange.
      const acknowledged = camp.acknowledgedBy(hub)
      if (cut % 2 === 0) await acknowledged
      else await Promise.race([acknowledged, randomMoment(1_500)])
      const { ledger } = camp
      process.kill(hub.pid ?? 0, 'SIGSTOP')
      const left = await card.cut()
      process.kill(hub.pid ?? 0, 'SIGCONT')
      const again = await startHub(t, { directory: join(left.directory, 'data'), built: true })
      t.equal(again.deviceId, hub.deviceId)
      const verdict = await camp.verify(t, again, ledger)
      t.same(verdict, { checked: blocksOf(ledger), lost: 0, wrong: 0 })
      checked += verdict.checked
      await again.kill()
      await left.discard()
      await acknowledged
    })
  }
  t.comment(`acknowledged blocks checked after cuts: ${checked}`)
})

t.test(`a power cut in the first moments leaves a hub that starts (seed ${seed})`, { skip }, async (t) => {
  for (let cut = 0; cut < rounds(5); cut++) {
    await t.test(`cut ${cut}`, async (t) => {
      const card = await CardImage.make(t)
      const directory = join(card.directory, 'data')
      const hub = new HubProcess(directory, { built: true }, (message) => t.fail(message))
      t.teardown(() => hub.kill())
      // The moments reach from before the process runs to some time after the hub was ready.
      const starting = hub.start()
      let said: string | null = null
      const told = starting.then(() => (said = hub.deviceId))
      await Promise.race([randomMoment(4_000), cut % 5 === 4 ? told : new Promise(() => {})])
      process.kill(hub.pid ?? 0, 'SIGSTOP')
      const saidBefore = said
      const left = await card.cut()
      process.kill(hub.pid ?? 0, 'SIGCONT')
      await told
      const again = await startHub(t, { directory: join(left.directory, 'data'), built: true })
      t.ok(again.deviceId)
      if (saidBefore !== null) t.equal(again.deviceId, saidBefore, 'it is the device that it said it is')
      const camp = await LightCamp.make(t, again)
      await camp.write(3, 1)
      await camp.acknowledgedBy(again)
      await again.kill()
      await hub.kill()
      await left.discard()
      await card.discard()
    })
  }
})

t.test(
  `a power cut while the hub joins a project makes no second history (seed ${seed})`,
  { skip },
  async (t) => {
    for (let cut = 0; cut < rounds(4); cut++) {
      await t.test(`cut ${cut}`, async (t) => {
        const card = await CardImage.make(t)
        const hub = await startHub(t, { directory: join(card.directory, 'data'), built: true })
        const camp = await LightCamp.prepare(t)
        const joining = camp.invite(t, hub).catch(() => {}) // the hub ends in the middle
        await Promise.race([joining, randomMoment(1_200)])
        process.kill(hub.pid ?? 0, 'SIGSTOP')
        const left = await card.cut()
        await hub.kill()
        await camp.leave()
        // The phone comes back with what it saw before, invites again where it must, and all is as it was.
        const again = await startHub(t, { directory: join(left.directory, 'data'), built: true })
        t.equal(again.deviceId, hub.deviceId)
        await camp.invite(t, again)
        await camp.write(3, 1)
        await camp.acknowledgedBy(again)
        t.same(await camp.verify(t, again), { checked: 4, lost: 0, wrong: 0 })
        t.notOk(again.log.some(({ msg }) => msg.includes('two histories')))
        await again.kill()
        await left.discard()
        await card.discard()
      })
    }
  }
)
