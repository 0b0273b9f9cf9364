import { once } from 'node:events'
import { pino } from 'pino'
import t, { type Test } from 'tap'
import { diskState, type DiskState } from '../../../service/system/disk-space.ts'
import { DiskWatch, LOOK_EVERY_MS } from '../../../service/system/disk-watch.ts'
import { ManualClock } from '../../support/manual-clock.ts'

const MEBIBYTE = 1024 * 1024
const TOTAL = 1000 * MEBIBYTE

/** A card whose free space the test decides. */
async function openWatch(t: Test) {
  const card = { freeBytes: TOTAL, looks: 0, fails: false }
  const clock = new ManualClock()
  const watch = new DiskWatch({
    directory: '/not/read',
    clock,
    logger: pino({ level: 'silent' }),
    read: async (_path: string, before: DiskState = 'ok') => {
      card.looks++
      if (card.fails) throw new Error('gone')
      const space = { freeBytes: card.freeBytes, totalBytes: TOTAL }
      return { ...space, state: diskState(space, before) }
    }
  })
  await watch.ready()
  t.teardown(() => watch.close())
  return { card, clock, watch }
}

t.test('says when the state has changed, and only then', async (t) => {
  const { card, clock, watch } = await openWatch(t)
  const states: string[] = []
  watch.on('changed', ({ state }) => states.push(state))
  t.equal(watch.space.state, 'ok')
  card.freeBytes = TOTAL - 1
  await watch.look()
  t.same(states, [])
  card.freeBytes = 1
  const changed = once(watch, 'changed')
  clock.move(LOOK_EVERY_MS)
  await changed
  t.same(states, ['full'])
  t.equal(watch.space.freeBytes, 1)
})

t.test('looks at once when much was written', async (t) => {
  const { card, watch } = await openWatch(t)
  const { looks } = card
  // The last mark of this card lies at a fifth of it, and an eighth of that is 25 MiB.
  watch.noteWritten(25 * MEBIBYTE)
  t.equal(card.looks, looks)
  watch.noteWritten(1)
  t.equal(card.looks, looks + 1)
  await watch.look()
})

t.test('a look that fails changes nothing, and the next one tells', async (t) => {
  const { card, watch } = await openWatch(t)
  card.fails = true
  await watch.look()
  t.equal(watch.space.state, 'ok')
  card.fails = false
  card.freeBytes = 0
  await watch.look()
  t.equal(watch.space.state, 'full')
})

t.test('leaves no timer behind', async (t) => {
  const { clock, watch } = await openWatch(t)
  await watch.close()
  t.equal(clock.pending, 0)
})
