import t from 'tap'
import { GrowingDelay } from '../../../service/network/growing-delay.ts'
import { ManualClock } from '../../support/manual-clock.ts'

/** Fails again and again. @returns after how many seconds each of the tries was made */
function triesWithin(delay: GrowingDelay, clock: ManualClock, seconds: number): number[] {
  const tries = []
  for (let second = 0; second <= seconds; second++) {
    if (delay.isOver()) {
      tries.push(second)
      delay.tried()
    }
    clock.move(1_000)
  }
  return tries
}

t.test('each delay is twice the one before, up to the longest', async (t) => {
  const clock = new ManualClock()
  const delay = new GrowingDelay({ clock, firstMs: 5_000, maxMs: 20_000 })
  // A delay begins at the first look after a try.
  t.same(triesWithin(delay, clock, 90), [5, 16, 37, 58, 79])
})

t.test('what worked meanwhile is tried again as soon as at first', async (t) => {
  const clock = new ManualClock()
  const delay = new GrowingDelay({ clock, firstMs: 5_000, maxMs: 20_000 })
  triesWithin(delay, clock, 60)
  delay.reset()
  t.same(triesWithin(delay, clock, 10), [5])
})
