import type { Clock } from '../clock.ts'

export interface GrowingDelayParts {
  readonly clock: Clock
  readonly firstMs: number
  readonly maxMs: number
}

/** Between one try and the next of something that fails: twice as long each time, up to a limit. */
export class GrowingDelay {
  readonly #clock: Clock
  readonly #firstMs: number
  readonly #maxMs: number
  #nextMs: number
  /** By the monotonic clock; null when no delay has begun. */
  #endsAt: number | null = null

  constructor({ clock, firstMs, maxMs }: GrowingDelayParts) {
    this.#clock = clock
    this.#firstMs = firstMs
    this.#maxMs = maxMs
    this.#nextMs = firstMs
  }

  /** Begins a delay, unless one has begun. @returns whether it is over */
  isOver(): boolean {
    const now = this.#clock.monotonic()
    if (this.#endsAt !== null) return now >= this.#endsAt
    this.#endsAt = now + this.#nextMs
    this.#nextMs = Math.min(this.#nextMs * 2, this.#maxMs)
    return false
  }

  /** It is being tried: the next delay begins when that fails, too. */
  tried(): void {
    this.#endsAt = null
  }

  /** It works, or something else is tried: the next delay is the first one. */
  reset(): void {
    this.#endsAt = null
    this.#nextMs = this.#firstMs
  }
}
