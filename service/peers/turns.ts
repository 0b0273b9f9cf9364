import type { Clock, Timer } from '../clock.ts'

/**
 * Lets so many things a second begin, whoever asks for more. Addresses take turns, so that one that asks a hundred times
 * keeps nobody else waiting; within one the newest goes first, because whoever has waited for long may have gone.
 */
export class Turns {
  readonly #clock: Clock
  readonly #perSecond: number
  readonly #atOnce: number
  /** By address; that whose turn is next comes first. */
  readonly #waiting = new Map<string, Set<(isIts: boolean) => void>>()
  #free: number
  #countedAt: number
  #timer: Timer | null = null

  /** @param parts.atOnce so many begin without waiting after a quiet time */
  constructor(parts: { clock: Clock; perSecond: number; atOnce: number }) {
    this.#clock = parts.clock
    this.#perSecond = parts.perSecond
    this.#atOnce = parts.atOnce
    this.#free = parts.atOnce
    this.#countedAt = parts.clock.monotonic()
  }

  /**
   * Resolves when whoever is at this address may begin.
   * @param gone resolves when it has gone, and waits no longer
   * @returns false when it has gone before
   */
  async turn(address: string, gone: Promise<unknown>): Promise<boolean> {
    this.#count()
    if (this.#waiting.size === 0 && this.#free >= 1) {
      this.#free--
      return true
    }
    const queue = this.#waiting.get(address) ?? new Set()
    this.#waiting.set(address, queue)
    return new Promise((resolve) => {
      queue.add(resolve)
      void gone.then(() => {
        if (queue.delete(resolve) && queue.size === 0) this.#waiting.delete(address)
        resolve(false)
      })
      this.#wait()
    })
  }

  /** Nobody waits any more. */
  stop(): void {
    this.#timer?.clear()
    for (const queue of this.#waiting.values()) for (const resolve of queue) resolve(false)
    this.#waiting.clear()
  }

  #count(): void {
    const now = this.#clock.monotonic()
    this.#free = Math.min(this.#atOnce, this.#free + ((now - this.#countedAt) * this.#perSecond) / 1000)
    this.#countedAt = now
  }

  #wait(): void {
    this.#timer ??= this.#clock.after(1000 / this.#perSecond, () => {
      this.#timer = null
      this.#count()
      while (this.#free >= 1 && this.#waiting.size > 0) this.#next()
      if (this.#waiting.size > 0) this.#wait()
    })
  }

  #next(): void {
    const [address, queue] = [...this.#waiting][0] as [string, Set<(isIts: boolean) => void>]
    const newest = [...queue].at(-1) as (isIts: boolean) => void
    queue.delete(newest)
    this.#waiting.delete(address)
    if (queue.size > 0) this.#waiting.set(address, queue)
    this.#free--
    newest(true)
  }
}
