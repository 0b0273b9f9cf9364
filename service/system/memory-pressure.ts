import type { Clock, Timer } from '../clock.ts'
import { Resource } from '../resource.ts'
import { garbageCollector } from './garbage-collector.ts'

const LOOK_EVERY_MS = 1_000
/** Of what the hub may take. The kernel ends a hub that takes all. */
export const HIGH_SHARE = 0.75
/** What must have come since the last collection, so that another one is worth its while. */
export const WORTH_BYTES = 8 * 1024 * 1024
/** However fast it grows: a collection stops everything else for tenths of a second on a small board. */
export const COLLECT_AGAIN_MS = 5_000

/**
 * Keeps the hub below its limit while devices come and go: V8 lets the heap grow to twice of what is in use before it looks for what
 * those who have gone left behind, and knows nothing of the limit.
 */
export class MemoryPressure extends Resource {
  readonly #highBytes: number
  readonly #usedBytes: () => number
  readonly #collect: () => void
  readonly #clock: Clock
  #collectedAt = -Infinity
  /** The least that was used since then. */
  #leastBytes = 0
  #looks: Timer | null = null

  /** @param parts.limitBytes that the hub may take */
  constructor(parts: { limitBytes: number; usedBytes?: () => number; collect?: () => void; clock: Clock }) {
    super()
    this.#highBytes = parts.limitBytes * HIGH_SHARE
    this.#usedBytes = parts.usedBytes ?? (() => process.memoryUsage.rss())
    this.#collect = parts.collect ?? garbageCollector()
    this.#clock = parts.clock
  }

  protected override async _open() {
    this.#looks = this.#clock.every(LOOK_EVERY_MS, () => this.#look())
  }

  protected override async _close() {
    this.#looks?.clear()
  }

  #look(): void {
    const used = this.#usedBytes()
    this.#leastBytes = Math.min(this.#leastBytes, used)
    const now = this.#clock.monotonic()
    const isWorthIt = used >= this.#leastBytes + WORTH_BYTES
    if (used < this.#highBytes || !isWorthIt || now - this.#collectedAt < COLLECT_AGAIN_MS) return
    this.#collect()
    this.#collectedAt = now
    this.#leastBytes = this.#usedBytes()
  }
}
