import type { Clock, Timer } from '../../service/clock.ts'

interface Alarm {
  at: number
  delayMs: number
  intervalMs: number | null
  action: () => void
}

/** Time that stands still until a test moves it. Timers fire in the order of their time, while it moves. */
export class ManualClock implements Clock {
  #now: number
  #monotonic = 0
  readonly #alarms = new Set<Alarm>()

  constructor(start = Date.parse('2026-05-01T12:00:00Z')) {
    this.#now = start
  }

  now(): number {
    return this.#now
  }

  monotonic(): number {
    return this.#monotonic
  }

  after(delayMs: number, action: () => void): Timer {
    return this.#add({ at: this.#monotonic + delayMs, delayMs, intervalMs: null, action })
  }

  every(intervalMs: number, action: () => void): Timer {
    return this.#add({ at: this.#monotonic + intervalMs, delayMs: intervalMs, intervalMs, action })
  }

  /** How many timers are set: none after everything has been closed. */
  get pending(): number {
    return this.#alarms.size
  }

  /** How many of the timers that are set were set for this long: says what is being waited for. */
  pendingFor(delayMs: number): number {
    return [...this.#alarms].filter((alarm) => alarm.delayMs === delayMs).length
  }

  move(durationMs: number): void {
    const end = this.#monotonic + durationMs
    for (;;) {
      const due = [...this.#alarms].filter((alarm) => alarm.at <= end).sort((a, b) => a.at - b.at)[0]
      if (due === undefined) break
      this.#set(due.at)
      if (due.intervalMs === null) this.#alarms.delete(due)
      else due.at += due.intervalMs
      due.action()
    }
    this.#set(end)
  }

  /** As when somebody sets the date: the wall clock jumps, durations do not. */
  jump(toMs: number): void {
    this.#now = toMs
  }

  #set(monotonic: number): void {
    this.#now += monotonic - this.#monotonic
    this.#monotonic = monotonic
  }

  #add(alarm: Alarm): Timer {
    this.#alarms.add(alarm)
    return { clear: () => void this.#alarms.delete(alarm) }
  }
}
