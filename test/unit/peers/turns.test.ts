import t from 'tap'
import { Turns } from '../../../service/peers/turns.ts'
import { ManualClock } from '../../support/manual-clock.ts'

const NEVER = new Promise<void>(() => {})
const PER_SECOND = 4
const TURN_MS = 1000 / PER_SECOND

/** Turns of which two may begin at once, and who has begun, in order. */
function makeTurns() {
  const clock = new ManualClock()
  const turns = new Turns({ clock, perSecond: PER_SECOND, atOnce: 2 })
  const begun: string[] = []
  const ask = (name: string, address: string, gone: Promise<void> = NEVER) =>
    turns.turn(address, gone).then((isIts) => void begun.push(isIts ? name : `${name} went`))
  const pass = async (durationMs: number) => {
    clock.move(durationMs)
    await new Promise(setImmediate)
  }
  return { clock, turns, begun, ask, pass }
}

t.test('after a quiet time so many begin at once, and the others by and by', async (t) => {
  const { begun, ask, pass } = makeTurns()
  for (const name of ['a', 'b', 'c', 'd']) void ask(name, name)
  await pass(0)
  t.same(begun, ['a', 'b'])
  await pass(TURN_MS - 1)
  t.same(begun, ['a', 'b'])
  await pass(1)
  t.same(begun, ['a', 'b', 'c'])
  await pass(TURN_MS)
  t.same(begun, ['a', 'b', 'c', 'd'])
})

t.test('a quiet time of any length lets no more begin at once', async (t) => {
  const { begun, ask, pass } = makeTurns()
  await pass(1_000_000)
  for (const name of ['a', 'b', 'c']) void ask(name, name)
  await pass(0)
  t.same(begun, ['a', 'b'])
})

t.test('an address that asks for many keeps no other waiting longer than one turn of its own', async (t) => {
  const { begun, ask, pass } = makeTurns()
  for (let n = 0; n < 50; n++) void ask(`many ${n}`, 'many')
  void ask('one', 'one')
  await pass(2 * TURN_MS)
  t.same(begun.slice(2), ['many 49', 'one'])
})

t.test('within an address the newest begins first', async (t) => {
  const { begun, ask, pass } = makeTurns()
  for (const name of ['a', 'b', 'c', 'd', 'e']) void ask(name, 'same')
  await pass(0)
  await pass(10 * TURN_MS)
  t.same(begun, ['a', 'b', 'e', 'd', 'c'])
})

t.test('who has gone takes no turn', async (t) => {
  const { begun, ask, pass } = makeTurns()
  let leave = () => {}
  const gone = new Promise<void>((resolve) => (leave = resolve))
  for (const name of ['a', 'b']) void ask(name, name)
  void ask('c', 'c', gone)
  void ask('d', 'd')
  leave()
  await pass(0)
  await pass(TURN_MS)
  t.same(begun, ['a', 'b', 'c went', 'd'])
})

t.test('when it stops nobody waits any more, and no timer is left', async (t) => {
  const { clock, turns, begun, ask, pass } = makeTurns()
  for (const name of ['a', 'b', 'c']) void ask(name, name)
  turns.stop()
  await pass(0)
  t.same(begun, ['a', 'b', 'c went'])
  t.equal(clock.pending, 0)
})
