import { totalmem } from 'node:os'
import t from 'tap'
import {
  COLLECT_AGAIN_MS,
  HIGH_SHARE,
  MemoryPressure,
  WORTH_BYTES
} from '../../../service/system/memory-pressure.ts'
import { memoryLimit } from '../../../service/system/memory-limit.ts'
import { ManualClock } from '../../support/manual-clock.ts'

const LIMIT = 300_000_000

t.test(
  'garbage is collected while the hub takes much of what it may, as long as there is more',
  async (t) => {
    const clock = new ManualClock()
    let used = LIMIT * HIGH_SHARE - 1
    let collections = 0
    const pressure = new MemoryPressure({
      limitBytes: LIMIT,
      usedBytes: () => used,
      collect: () => collections++,
      clock
    })
    await pressure.ready()
    clock.move(60_000)
    t.equal(collections, 0)
    used += 1
    clock.move(60_000)
    t.equal(collections, 1, 'what is in use stays: once is enough')
    used += WORTH_BYTES
    clock.move(1_000)
    t.equal(collections, 2)
    used += WORTH_BYTES
    clock.move(COLLECT_AGAIN_MS - 1_000)
    t.equal(collections, 2, 'not at each look')
    clock.move(1_000)
    t.equal(collections, 3)
    await pressure.close()
    t.equal(clock.pending, 0)
  }
)

t.test('a machine where nobody has set a limit leaves room for others', async (t) => {
  t.ok(memoryLimit() > 0)
  t.ok(memoryLimit() < totalmem())
})
