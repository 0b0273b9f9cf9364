/** A run of blocks, `end` exclusive. */
export interface Run {
  readonly start: number
  readonly end: number
}

/**
 * A set of block indexes as sorted runs that neither overlap nor touch. Phones write and fetch mostly in order, so a core
 * of a million blocks is a handful of runs.
 */
export class BlockSet {
  readonly #runs: Run[]

  private constructor(runs: Run[]) {
    this.#runs = runs
  }

  static readonly empty = new BlockSet([])

  /** @param runs in any order; they may overlap */
  static of(runs: Iterable<Run>): BlockSet {
    const sorted = [...runs].filter((run) => run.end > run.start).sort((a, b) => a.start - b.start)
    const merged: Run[] = []
    for (const run of sorted) {
      const last = merged.at(-1)
      if (last !== undefined && run.start <= last.end) {
        if (run.end > last.end) merged[merged.length - 1] = { start: last.start, end: run.end }
      } else {
        merged.push(run)
      }
    }
    return new BlockSet(merged)
  }

  get runs(): readonly Run[] {
    return this.#runs
  }

  get isEmpty(): boolean {
    return this.#runs.length === 0
  }

  /** How many blocks are in the set. */
  get size(): number {
    let size = 0
    for (const run of this.#runs) size += run.end - run.start
    return size
  }

  /** One past the greatest block, 0 when empty. */
  get end(): number {
    return this.#runs.at(-1)?.end ?? 0
  }

  /** Whether any block of `run` is in the set. */
  intersects(run: Run): boolean {
    if (run.end <= run.start) return false
    const candidate = this.#runs[this.#firstEndingAfter(run.start)]
    return candidate !== undefined && candidate.start < run.end
  }

  /** Whether every block of `run` is in the set. */
  covers(run: Run): boolean {
    if (run.end <= run.start) return true
    const candidate = this.#runs[this.#firstEndingAfter(run.start)]
    return candidate !== undefined && candidate.start <= run.start && candidate.end >= run.end
  }

  union(other: BlockSet): BlockSet {
    if (this.isEmpty) return other
    if (other.isEmpty) return this
    return BlockSet.of([...this.#runs, ...other.#runs])
  }

  /** The blocks that are here and not in `other`. */
  minus(other: BlockSet): BlockSet {
    const left: Run[] = []
    let i = 0
    for (const run of this.#runs) {
      let start = run.start
      while (i < other.#runs.length && (other.#runs[i] as Run).end <= start) i++
      for (let j = i; j < other.#runs.length && start < run.end; j++) {
        const taken = other.#runs[j] as Run
        if (taken.start >= run.end) break
        if (taken.start > start) left.push({ start, end: taken.start })
        start = Math.max(start, taken.end)
      }
      if (start < run.end) left.push({ start, end: run.end })
    }
    return new BlockSet(left)
  }

  intersection(other: BlockSet): BlockSet {
    return this.minus(this.minus(other))
  }

  #firstEndingAfter(index: number): number {
    let low = 0
    let high = this.#runs.length
    while (low < high) {
      const middle = (low + high) >>> 1
      if ((this.#runs[middle] as Run).end > index) high = middle
      else low = middle + 1
    }
    return low
  }
}

interface Bits {
  firstSet(position: number): number
  firstUnset(position: number): number
}

/**
 * Runs that are taken from one bitfield. Bits that alternate would make a million objects of 256 KiB that a device sent; a
 * phone that has fetched half a gigabyte of photos in random order comes to some four thousand.
 */
export const MAX_RUNS = 50_000

/** @returns the blocks below `length` whose bit is set; of more than {@link MAX_RUNS} runs the first ones */
export function blocksOf(bits: Bits, length: number): BlockSet {
  const runs: Run[] = []
  let start = bits.firstSet(0)
  while (start !== -1 && start < length && runs.length < MAX_RUNS) {
    const unset = bits.firstUnset(start)
    const end = unset === -1 ? length : Math.min(unset, length)
    runs.push({ start, end })
    start = bits.firstSet(end)
  }
  return BlockSet.of(runs)
}
