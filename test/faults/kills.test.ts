import t from 'tap'
import { startHub } from '../support/hub-process.ts'
import { blocksOf, LightCamp } from './light-camp.ts'
import { random, randomMoment, rounds, seed } from './rounds.ts'

t.test(`a hub that is killed at any moment loses nothing that it acknowledged (seed ${seed})`, async (t) => {
  const hub = await startHub(t, { built: true })
  const camp = await LightCamp.make(t, hub)
  let checked = 0
  for (let kill = 0; kill < rounds(6); kill++) {
    await t.test(`kill ${kill}`, async (t) => {
      if (kill > 0) await camp.connect(t, hub)
      await camp.write(1 + random.below(50), random.below(12))
      const acknowledged = camp.acknowledgedBy(hub).catch(() => {}) // the hub ends while it is asked
      if (kill % 2 === 0) await acknowledged
      else await Promise.race([acknowledged, randomMoment(1_000)])
      const { ledger } = camp
      await hub.kill()
      await camp.leave()
      if (kill % 3 === 2) {
        // Once more while it opens.
        const opening = hub.start().catch(() => {})
        await randomMoment(1_500)
        await hub.kill()
        await opening
      }
      await hub.start()
      const verdict = await camp.verify(t, hub, ledger)
      t.same(verdict, { checked: blocksOf(ledger), lost: 0, wrong: 0 })
      checked += verdict.checked
    })
  }
  t.comment(`acknowledged blocks checked after kills: ${checked}`)
})
