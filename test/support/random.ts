/** Numbers that look random and are the same again for the same seed (mulberry32): a failure can be repeated. */
export class Random {
  #state: number

  constructor(seed: number) {
    this.#state = seed >>> 0
  }

  /** @returns an integer from 0 up to but not including `limit` */
  below(limit: number): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), this.#state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * limit)
  }

  /** @returns one of them, of which there must be at least one */
  pick<T>(from: readonly T[]): T {
    const [picked] = from.slice(this.below(from.length))
    if (picked === undefined) throw new RangeError('there is nothing to pick from')
    return picked
  }
}
