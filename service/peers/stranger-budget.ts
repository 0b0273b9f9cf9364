/**
 * What all strangers together may keep in the hub's memory at a time: frames that have not come whole, and pages of what they say
 * they hold. A key pair and an address cost nothing, so a limit for each alone is none. An honest device that is new here
 * holds less than 1 MiB, for a moment.
 */
export const STRANGERS_BYTES = 8 * 1024 * 1024

/** What one stranger keeps of one kind. */
export class StrangerShare {
  readonly giveWay: () => void
  readonly #budget: StrangerBudget
  #ended = false

  constructor(budget: StrangerBudget, giveWay: () => void) {
    this.#budget = budget
    this.giveWay = giveWay
  }

  /** So many bytes it is now. */
  set(bytes: number): void {
    if (!this.#ended) this.#budget.set(this, bytes)
  }

  /** The device has gone, or is no stranger any more: from now on nothing is counted. */
  end(): void {
    this.set(0)
    this.#ended = true
  }
}

/** Whoever has kept something for longest gives way when it gets too much: honest devices are done in a moment. */
export class StrangerBudget {
  // Those that keep something, the oldest first.
  readonly #kept = new Map<StrangerShare, number>()
  #total = 0

  /** @param giveWay has the stranger hung up on */
  share(giveWay: () => void): StrangerShare {
    return new StrangerShare(this, giveWay)
  }

  /** Bytes of all shares. */
  get total(): number {
    return this.#total
  }

  set(share: StrangerShare, bytes: number): void {
    this.#total += bytes - (this.#kept.get(share) ?? 0)
    if (bytes === 0) this.#kept.delete(share)
    else this.#kept.set(share, bytes)
    for (const [oldest, itsBytes] of this.#kept) {
      if (this.#total <= STRANGERS_BYTES) return
      this.#kept.delete(oldest)
      this.#total -= itsBytes
      oldest.giveWay()
    }
  }
}
