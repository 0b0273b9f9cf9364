/** A timer that has been set. Clearing it twice, or after it fired, does nothing. */
export interface Timer {
  clear(): void
}

/**
 * Time as the hub sees it. Everything that waits, expires or writes a date takes a `Clock`, so that a test can move it.
 * Timers do not keep the process alive.
 */
export interface Clock {
  /** Milliseconds since 1970 by the wall clock. A hub without a battery may say 1970, and the value may jump. */
  now(): number
  /** Milliseconds since an arbitrary start. Never jumps and never goes back: durations and deadlines use this. */
  monotonic(): number
  after(delayMs: number, action: () => void): Timer
  every(intervalMs: number, action: () => void): Timer
}

export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  after(delayMs, action) {
    const handle = setTimeout(action, delayMs)
    handle.unref()
    return { clear: () => clearTimeout(handle) }
  },
  every(intervalMs, action) {
    const handle = setInterval(action, intervalMs)
    handle.unref()
    return { clear: () => clearInterval(handle) }
  }
}
