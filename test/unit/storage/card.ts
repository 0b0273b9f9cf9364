import type { FileHandle } from 'node:fs/promises'

/** A card whose syncs can be counted, held back and made to fail. */
export class Card {
  syncs = 0
  #held: Promise<void> | null = null
  #release: () => void = () => {}
  #asked: () => void = () => {}
  #failure: Error | null = null

  readonly sync = async (file: FileHandle): Promise<void> => {
    this.syncs++
    this.#asked()
    await this.#held
    if (this.#failure !== null) throw this.#failure
    await file.datasync()
  }

  /** Lets no sync end until `release`. */
  hold(): void {
    this.#held = new Promise((resolve) => (this.#release = resolve))
  }

  release(): void {
    this.#held = null
    this.#release()
  }

  fail(error: Error): void {
    this.#failure = error
  }

  repair(): void {
    this.#failure = null
  }

  /** Resolves when the next sync is asked for. */
  nextSync(): Promise<void> {
    return new Promise((resolve) => (this.#asked = resolve))
  }
}
