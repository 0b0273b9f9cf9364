import type { PhoneOwner } from '../../test/phones/phone.ts'

/** Owns the processes and folders of one run, as a test does of its own. */
export class Owner implements PhoneOwner {
  readonly #releases: (() => Promise<void>)[] = []
  #failure: Error | null = null

  /** Does `work`, then ends all that it started. Fails also when one of its processes ended by itself. */
  static async with<T>(work: (owner: Owner) => Promise<T>): Promise<T> {
    const owner = new Owner()
    try {
      const result = await work(owner)
      if (owner.#failure !== null) throw owner.#failure
      return result
    } finally {
      for (const release of owner.#releases.reverse()) await release()
    }
  }

  teardown(release: () => Promise<void>): void {
    this.#releases.push(release)
  }

  fail(message: string): void {
    this.#failure ??= new Error(message)
  }
}
