import t, { type Test } from 'tap'
import { WriteLight } from '../../../service/system/write-light.ts'
import { ManualClock } from '../../support/manual-clock.ts'
import { openStore } from '../storage/open-store.ts'

async function openLight(t: Test) {
  const clock = new ManualClock()
  const store = await openStore(t, t.testdir(), { clock })
  const light = new WriteLight({ store, clock })
  await light.ready()
  const told: boolean[] = []
  light.on('changed', () => told.push(light.isOn))
  return { clock, store, light, told }
}

t.test('is on while blocks are not on the card, and for a moment after', async (t) => {
  const { clock, store, light, told } = await openLight(t)
  t.equal(light.isOn, false)
  store.noteWritten(100)
  t.equal(light.isOn, true)
  await store.barrier()
  t.equal(light.isOn, true)
  clock.move(1499)
  t.equal(light.isOn, true)
  clock.move(1)
  t.equal(light.isOn, false)
  t.same(told, [true, false])
})

t.test('stays on when more comes before it would go out', async (t) => {
  const { clock, store, light, told } = await openLight(t)
  store.noteWritten(100)
  await store.barrier()
  clock.move(700)
  store.noteWritten(100)
  clock.move(900)
  t.equal(light.isOn, true)
  await store.barrier()
  clock.move(1500)
  t.same(told, [true, false])
})

t.test('stays on when something was written after the barrier had begun', async (t) => {
  const { clock, store, light } = await openLight(t)
  store.noteWritten(100)
  const barrier = store.barrier()
  store.noteWritten(100)
  await barrier
  clock.move(900)
  t.equal(light.isOn, true)
})
