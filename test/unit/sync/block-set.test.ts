import fc from 'fast-check'
import t from 'tap'
import { BlockSet, blocksOf, MAX_RUNS } from '../../../service/sync/block-set.ts'
import { anyRuns, blocksIn, holdsExactly } from './naive-set.ts'

t.test('holds the blocks of its runs, tidily', async (t) => {
  fc.assert(fc.property(anyRuns(), (runs) => holdsExactly(BlockSet.of(runs), blocksIn(runs))))
  t.ok(BlockSet.empty.isEmpty)
  t.same(BlockSet.of([{ start: 3, end: 3 }]), BlockSet.empty)
})

t.test('union, difference and intersection are those of sets', async (t) => {
  fc.assert(
    fc.property(anyRuns(), anyRuns(), (left, right) => {
      const [a, b] = [BlockSet.of(left), BlockSet.of(right)]
      const [x, y] = [blocksIn(left), blocksIn(right)]
      return (
        holdsExactly(a.union(b), new Set([...x, ...y])) &&
        holdsExactly(a.minus(b), new Set([...x].filter((block) => !y.has(block)))) &&
        holdsExactly(a.intersection(b), new Set([...x].filter((block) => y.has(block))))
      )
    })
  )
  t.pass()
})

t.test('knows its end, and what it covers or touches', async (t) => {
  fc.assert(
    fc.property(anyRuns(), anyRuns(), (runs, probes) => {
      const set = BlockSet.of(runs)
      const blocks = blocksIn(runs)
      return (
        set.isEmpty === (blocks.size === 0) &&
        set.end === Math.max(0, ...[...blocks].map((block) => block + 1)) &&
        probes.every((probe) => {
          const asked = [...blocksIn([probe])]
          return (
            set.covers(probe) === asked.every((block) => blocks.has(block)) &&
            set.intersects(probe) === asked.some((block) => blocks.has(block))
          )
        })
      )
    })
  )
  t.pass()
})

t.test('sets that were combined are as they were before', async (t) => {
  const a = BlockSet.of([{ start: 0, end: 10 }])
  const b = BlockSet.of([{ start: 5, end: 15 }])
  a.union(b)
  a.minus(b)
  t.same(a.runs, [{ start: 0, end: 10 }])
  t.same(b.runs, [{ start: 5, end: 15 }])
})

/** A bitfield in the manner of the library. */
function bitsOf(blocks: ReadonlySet<number>, end: number) {
  const first = (isSet: boolean, from: number) => {
    for (let block = from; block < end; block++) if (blocks.has(block) === isSet) return block
    return -1
  }
  return { firstSet: (from: number) => first(true, from), firstUnset: (from: number) => first(false, from) }
}

t.test('reads a bitfield up to the length of its core', async (t) => {
  fc.assert(
    fc.property(anyRuns(), fc.nat(250), (runs, length) => {
      const blocks = blocksIn(runs)
      const below = new Set([...blocks].filter((block) => block < length))
      return holdsExactly(blocksOf(bitsOf(blocks, 300), length), below)
    })
  )
  t.pass()
})

t.test('takes no more runs from one bitfield than an honest device comes to', async (t) => {
  const alternating = {
    firstSet: (from: number) => from + (from % 2),
    firstUnset: (from: number) => from + 1 - (from % 2)
  }
  t.equal(blocksOf(alternating, 2 ** 40).runs.length, MAX_RUNS)
})
