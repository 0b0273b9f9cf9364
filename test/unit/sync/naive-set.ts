import fc from 'fast-check'
import type { BlockSet, Run } from '../../../service/sync/block-set.ts'

/** Runs as they may come: in any order, overlapping, touching, empty. */
export function anyRuns(maxBlock = 200): fc.Arbitrary<Run[]> {
  const run = fc
    .tuple(fc.nat(maxBlock), fc.nat(Math.ceil(maxBlock / 5)))
    .map(([start, length]) => ({ start, end: start + length }))
  return fc.array(run, { maxLength: 20 })
}

/** The blocks of runs, one by one: what a set of runs is measured against. */
export function blocksIn(runs: Iterable<Run>): Set<number> {
  const blocks = new Set<number>()
  for (const { start, end } of runs) for (let block = start; block < end; block++) blocks.add(block)
  return blocks
}

/** Whether a set holds exactly these blocks, in as few runs as there can be, in order. */
export function holdsExactly(set: BlockSet, blocks: ReadonlySet<number>): boolean {
  const told = blocksIn(set.runs)
  const isSame = told.size === blocks.size && [...blocks].every((block) => told.has(block))
  const isTidy = set.runs.every(({ start, end }, i) => start < end && (set.runs[i - 1]?.end ?? -1) < start)
  return isSame && isTidy && set.size === blocks.size
}
