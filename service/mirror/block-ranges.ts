/** A run of blocks, `end` exclusive. */
export interface BlockRun {
  readonly start: number
  readonly end: number
}

/** The blocks of a core that are here. */
export interface PresentBlocks {
  firstSet(position: number): number
  firstUnset(position: number): number
}

/**
 * Which blocks of a core have been read: sorted runs that neither overlap nor touch. Blocks arrive in any order, but mostly
 * in long runs, so a core of a million blocks is a handful of numbers.
 */
export class BlockRanges {
  /** start, end, start, end, … */
  readonly #bounds: number[]

  constructor(bounds: readonly number[] = []) {
    this.#bounds = [...bounds]
  }

  add({ start, end }: BlockRun): void {
    if (end <= start) return
    // An even position is the start of a run, an odd one its end. Runs that touch the new one become part of it.
    const from = this.#firstBoundAtLeast(start)
    const to = this.#firstBoundAtLeast(end + 1)
    const added: number[] = []
    if (from % 2 === 0) added.push(start)
    if (to % 2 === 0) added.push(end)
    this.#bounds.splice(from, to - from, ...added)
  }

  intersects({ start, end }: BlockRun): boolean {
    const position = this.#firstBoundAtLeast(start + 1)
    return position % 2 === 1 || (this.#bounds[position] ?? Infinity) < end
  }

  /** Runs of blocks that are present and not in this set, in order. */
  *missing(present: PresentBlocks, length: number): Generator<BlockRun> {
    let position = 0
    while (position < length) {
      const set = present.firstSet(position)
      if (set === -1 || set >= length) return
      const bound = this.#firstBoundAtLeast(set + 1)
      if (bound % 2 === 1) {
        position = this.#bounds[bound] as number
        continue
      }
      const unset = present.firstUnset(set)
      const end = Math.min(unset === -1 ? length : unset, this.#bounds[bound] ?? length, length)
      yield { start: set, end }
      position = end
    }
  }

  copy(): BlockRanges {
    return new BlockRanges(this.#bounds)
  }

  toJSON(): readonly number[] {
    return this.#bounds
  }

  #firstBoundAtLeast(value: number): number {
    let low = 0
    let high = this.#bounds.length
    while (low < high) {
      const middle = (low + high) >>> 1
      if ((this.#bounds[middle] as number) >= value) high = middle
      else low = middle + 1
    }
    return low
  }
}
