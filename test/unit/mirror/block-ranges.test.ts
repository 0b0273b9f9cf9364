import assert from 'node:assert/strict'
import fc from 'fast-check'
import t from 'tap'
import { BlockRanges } from '../../../service/mirror/block-ranges.ts'

const LENGTH = 40
const RUN = fc.tuple(fc.nat(LENGTH), fc.nat(8)).map(([start, length]) => ({ start, end: start + length }))

function bitsOf(present: ReadonlySet<number>) {
  const next = (position: number, value: boolean) => {
    for (let i = position; i <= LENGTH + 10; i++) if (present.has(i) === value) return i
    return -1
  }
  return {
    firstSet: (position: number) => next(position, true),
    firstUnset: (position: number) => next(position, false)
  }
}

function blocksOf(runs: Iterable<{ start: number; end: number }>): number[] {
  return [...runs].flatMap(({ start, end }) => Array.from({ length: end - start }, (_, n) => start + n))
}

t.test('what is missing is what is present and was not added, each run as long as can be', async (t) => {
  t.doesNotThrow(() =>
    fc.assert(
      fc.property(fc.array(RUN), fc.array(RUN), (added, here) => {
        const ranges = new BlockRanges()
        for (const run of added) ranges.add(run)
        const present = new Set(blocksOf(here).filter((block) => block < LENGTH))
        const read = new Set(blocksOf(added))
        const missing = [...ranges.missing(bitsOf(present), LENGTH)]
        assert.deepEqual(
          blocksOf(missing),
          [...present].filter((block) => !read.has(block)).sort((a, b) => a - b)
        )
        assert.ok(missing.every(({ end }, i) => missing[i + 1]?.start !== end))
      })
    )
  )
})

t.test('runs are kept apart only when blocks lie between them, so that the record stays small', async (t) => {
  t.doesNotThrow(() =>
    fc.assert(
      fc.property(fc.array(RUN), (added) => {
        const ranges = new BlockRanges()
        for (const run of added) ranges.add(run)
        const bounds = ranges.toJSON()
        assert.ok(bounds.every((bound, i) => i === 0 || bound > (bounds[i - 1] as number)))
        assert.deepEqual(
          new Set(blocksOf(added)).size,
          bounds.reduce((sum, bound, i) => sum + (i % 2 === 0 ? -bound : bound), 0)
        )
        assert.deepEqual(new BlockRanges(bounds), ranges)
      })
    )
  )
})

t.test('intersects tells whether any block of a run was added', async (t) => {
  t.doesNotThrow(() =>
    fc.assert(
      fc.property(fc.array(RUN), RUN, (added, run) => {
        const ranges = new BlockRanges()
        for (const one of added) ranges.add(one)
        const read = new Set(blocksOf(added))
        if (run.end > run.start)
          assert.equal(
            ranges.intersects(run),
            blocksOf([run]).some((block) => read.has(block))
          )
      })
    )
  )
})
