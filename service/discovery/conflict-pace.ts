import type { Clock } from '../clock.ts'

// RFC 6762 section 8.1: after fifteen conflicts within ten seconds, at least five seconds before each further try, so that a
// faulty or hostile device cannot make the hub flood the link.
const MAX_CONFLICTS = 15
const WITHIN_MS = 10_000
const HOLD_OFF_MS = 5_000

/** How soon a new name may be tried, from how many were lost lately. */
export class ConflictPace {
  readonly #clock: Clock
  #conflicts: readonly number[] = []

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** Counts one conflict. @returns how long to wait before the next name is probed for, in milliseconds */
  afterConflict(): number {
    const now = this.#clock.monotonic()
    this.#conflicts = [...this.#conflicts.filter((at) => now - at < WITHIN_MS), now]
    return this.#conflicts.length < MAX_CONFLICTS ? 0 : HOLD_OFF_MS
  }
}
