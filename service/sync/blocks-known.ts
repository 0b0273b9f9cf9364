import type Hypercore from 'hypercore'
import { MAX_HAVE_START, MAX_HAVE_WORDS } from '../wire/have-extension.ts'
import { BlockSet, blocksOf, type Run } from './block-set.ts'

const BLOCKS_PER_SEGMENT = MAX_HAVE_WORDS * 32

/** The blocks of a core that the hub holds. */
export function heldBlocks(core: Hypercore): BlockSet {
  const { length, contiguousLength } = core
  if (length === 0) return BlockSet.empty
  if (contiguousLength === length) return BlockSet.of([{ start: 0, end: length }])
  // The library has no public way to read what is held without asking block by block.
  return blocksOf(core.core.bitfield, length)
}

/** The blocks that a peer said on a core's own channel that it holds. */
export function blocksOfPeer(peer: import('hypercore').Peer): BlockSet {
  const { remoteContiguousLength, remoteLength, remoteBitfield } = peer
  if (remoteContiguousLength >= remoteLength) return BlockSet.of([{ start: 0, end: remoteLength }])
  const sparse = blocksOf(
    {
      firstSet: (position) => remoteBitfield.findFirst(true, position),
      firstUnset: (position) => remoteBitfield.findFirst(false, position)
    },
    remoteLength
  )
  return sparse.union(BlockSet.of([{ start: 0, end: remoteContiguousLength }]))
}

/** The blocks that the words of a pre-have tell of. */
export function blocksOfWords(start: number, words: Uint32Array): BlockSet {
  const bit = (value: 0 | 1, from: number): number => {
    for (let index = from; index < words.length * 32; index++) {
      const word = words[index >>> 5] as number
      // Whole words of the other value are skipped: a pre-have of a full core is nothing but ones.
      if ((index & 31) === 0 && word === (value === 1 ? 0 : 0xffffffff)) index += 31
      else if (((word >>> (index & 31)) & 1) === value) return index
    }
    return -1
  }
  const relative = blocksOf(
    { firstSet: (position) => bit(1, position), firstUnset: (position) => bit(0, position) },
    words.length * 32
  )
  return BlockSet.of(relative.runs.map((run) => ({ start: run.start + start, end: run.end + start })))
}

/** Words of a bitfield, and the block that the first bit stands for. */
export interface Segment {
  readonly start: number
  readonly words: Uint32Array
}

/**
 * What pre-haves have to tell of these blocks: segments as long as a phone's own, without those that are empty. Blocks past
 * the last one that may be spoken of are left out; whoever has such a core made it up.
 */
export function* segmentsOf(blocks: BlockSet): Generator<Segment> {
  let start = -1
  let within: Run[] = []
  for (const run of blocks.runs) {
    for (let from = run.start; from < Math.min(run.end, MAX_HAVE_START);) {
      const segment = from - (from % BLOCKS_PER_SEGMENT)
      if (segment !== start && within.length > 0) yield { start, words: wordsOf(within) }
      if (segment !== start) within = []
      start = segment
      const end = Math.min(run.end, segment + BLOCKS_PER_SEGMENT)
      within.push({ start: from - segment, end: end - segment })
      from = end
    }
  }
  if (within.length > 0) yield { start, words: wordsOf(within) }
}

function wordsOf(runs: readonly Run[]): Uint32Array {
  const words = new Uint32Array(Math.ceil((runs.at(-1)?.end ?? 0) / 32))
  for (const { start, end } of runs) {
    let index = start
    while (index < end) {
      const word = index >>> 5
      const last = Math.min(end, (word + 1) * 32)
      const ones = last - index === 32 ? 0xffffffff : ((1 << (last - index)) - 1) << (index & 31)
      words[word] = ((words[word] as number) | ones) >>> 0
      index = last
    }
  }
  return words
}
