import type Hypercore from 'hypercore'
import { MerkleTree } from 'hypercore/lib/merkle-tree.js'
import type { BlockRun } from './block-ranges.ts'

/** Sizes are looked up for so many blocks at once: with documents of a few hundred bytes that costs next to nothing. */
const LOOK_AHEAD_BLOCKS = 1_024

/**
 * How much of a run may be read at the same time. The tree of a core says how large its blocks are before any is read: what a
 * device signed as a document may have 15 MiB, and 64 of those at once would be the memory of a small board.
 * @returns the first blocks of the run that have at most `maxBytes` together; a single one when the first alone has more
 */
export async function readablePart(core: Hypercore, run: BlockRun, maxBytes: number) {
  let count = Math.min(run.end - run.start, LOOK_AHEAD_BLOCKS)
  for (;;) {
    const end = run.start + count
    const byteLength = await byteLengthOf(core, { start: run.start, end })
    if (byteLength <= maxBytes || count === 1) return { start: run.start, end, byteLength }
    count = count >>> 1
  }
}

async function byteLengthOf(core: Hypercore, { start, end }: BlockRun): Promise<number> {
  try {
    const [first, last] = await Promise.all([rangeOf(core, start), rangeOf(core, end - 1)])
    return last.end - first.start
  } catch {
    // A block has gone meanwhile, and with it what was known of its size.
    return Infinity
  }
}

/** Where the bytes of a block lie in the core. The library adds up to NaN what lies in other trees before it (11.37). */
async function rangeOf(core: Hypercore, block: number): Promise<{ start: number; end: number }> {
  const { storage, roots, length } = core.state
  let before = 0
  let treeEnd = 0
  for (const root of roots) {
    treeEnd = 2 * (root.index + 1) - treeEnd
    if (2 * block < treeEnd) {
      const [offset, byteLength] = await MerkleTree.byteRange({ storage, length, roots: [root] }, 2 * block)
      return { start: before + offset, end: before + offset + byteLength }
    }
    before += root.size
  }
  throw new Error(`Block ${block} is not in the core`)
}
