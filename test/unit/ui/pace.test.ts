import t from 'tap'
import type { Progress } from '../../../service/web/status-schemas.ts'
import { fractionOf, Pace } from '../../../ui/model/pace.ts'

function progress(done: number, wanted: number, bytesWanted: number | null = null): Progress {
  const tally = (blocks: number, bytes: number | null) => ({ documents: null, photos: null, blocks, bytes })
  return {
    toHub: { done: tally(done, done * 1000), wanted: tally(wanted, bytesWanted) },
    fromHub: { done: tally(0, 0), wanted: tally(0, 0) }
  }
}

t.test('nothing is said of the speed before two seconds have been seen', async (t) => {
  const pace = new Pace()
  t.equal(pace.bytesPerSecond(0), null)
  pace.note(progress(0, 100), 0)
  pace.note(progress(10, 90), 1000)
  t.equal(pace.bytesPerSecond(1999), null)
  t.equal(pace.bytesPerSecond(2000), 5000)
})

t.test('the time that is left follows from the last ten seconds', async (t) => {
  const pace = new Pace()
  for (let second = 0; second <= 20; second++) pace.note(progress(second * 10, 400), second * 1000)
  t.equal(pace.secondsLeft(progress(200, 400), 20_000), 40)
  t.equal(pace.secondsLeft(progress(200, 400, 100_000), 20_000), 10, 'by bytes where they are known')
})

t.test('a device at which nothing moves gets slower and never done', async (t) => {
  const pace = new Pace()
  pace.note(progress(0, 100), 0)
  pace.note(progress(50, 50), 5000)
  t.ok((pace.bytesPerSecond(50_000) ?? 0) < (pace.bytesPerSecond(5000) ?? 0))
  const still = new Pace()
  still.note(progress(50, 50), 0)
  t.equal(still.secondsLeft(progress(50, 50), 5000), null)
})

t.test('a new session begins to count anew', async (t) => {
  const pace = new Pace()
  pace.note(progress(500, 100), 0)
  pace.note(progress(5, 100), 10_000)
  t.equal(pace.bytesPerSecond(11_000), null)
})

t.test('a share of less than all is never one', async (t) => {
  t.equal(fractionOf(progress(10, 0)), 1)
  t.ok(fractionOf(progress(1e9, 1)) < 1)
  t.equal(fractionOf(progress(0, 7)), 0)
})
