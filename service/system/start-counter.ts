import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Clock } from '../clock.ts'
import { makeDirectory, readIfPresent, writeDurably } from '../storage/durable-file.ts'

/** So many starts in a row that failed, and the next one serves the safe page alone. */
export const MAX_FAILED_STARTS = 5

/** A hub that crashes this soon after it was open has not started well. */
export const STEADY_MS = 120_000

/** How a start begins. `unwritable`: the card does not even take a number, so that starts cannot be counted. */
export type Beginning = 'normal' | 'safe-mode' | 'unwritable'

/**
 * Counts starts that failed, over restarts and power cuts, so that a hub that cannot start says so and why instead of going
 * round for ever. A hub that was open and was killed, or lost its power, had started well.
 */
export class StartCounter {
  readonly #path: string
  readonly #directory: string
  readonly #clock: Clock
  #failedBefore = 0
  #openedAt: number | null = null

  /** @param parts.directory the data directory */
  constructor(parts: { directory: string; clock: Clock }) {
    this.#directory = parts.directory
    this.#path = join(parts.directory, 'starts')
    this.#clock = parts.clock
  }

  /** Counts this start. The one after a start in safe mode is normal again: the cause may have gone. */
  async begin(): Promise<Beginning> {
    try {
      await makeDirectory(this.#directory)
      const count = Number((await readIfPresent(this.#path))?.toString())
      this.#failedBefore = Number.isInteger(count) ? count : 0
      const isSafe = this.#failedBefore >= MAX_FAILED_STARTS
      await writeDurably(this.#path, String(isSafe ? MAX_FAILED_STARTS - 1 : this.#failedBefore + 1))
      return isSafe ? 'safe-mode' : 'normal'
    } catch {
      return 'unwritable'
    }
  }

  /** The hub is open. A card that does not take that has one failed start more, which does no harm. */
  async opened(): Promise<void> {
    this.#openedAt = this.#clock.monotonic()
    await writeDurably(this.#path, '0').catch(() => {})
  }

  /** This start was none: another hub has the directory. */
  async withdraw(): Promise<void> {
    await writeDurably(this.#path, String(this.#failedBefore)).catch(() => {})
  }

  /** The process ends by an error that nobody caught. Nothing asynchronous happens any more. */
  crashed(): void {
    if (this.#openedAt === null || this.#clock.monotonic() - this.#openedAt > STEADY_MS) return
    try {
      writeFileSync(this.#path, String(this.#failedBefore + 1))
    } catch {
      // A card that takes nothing: the next start says so.
    }
  }
}
