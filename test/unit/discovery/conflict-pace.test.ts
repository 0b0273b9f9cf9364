import t from 'tap'
import { ConflictPace } from '../../../service/discovery/conflict-pace.ts'
import { ManualClock } from '../../support/manual-clock.ts'

t.test('after fifteen conflicts within ten seconds each further try waits five', async (t) => {
  const clock = new ManualClock()
  const pace = new ConflictPace(clock)
  const waits = Array.from({ length: 16 }, () => pace.afterConflict())
  t.same(waits, [...Array.from({ length: 14 }, () => 0), 5_000, 5_000])
  clock.move(10_000)
  t.equal(pace.afterConflict(), 0)
})
