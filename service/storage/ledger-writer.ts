import type { LedgerCollection, LedgerEntry } from './ledger-collection.ts'
import type { Ledger } from './ledger.ts'

/**
 * Writes one kind of entry in turn, into the ledger while there is one. Nobody waits for a single write: one that fails is told
 * to whoever made this.
 */
export class LedgerWriter<T> {
  readonly #name: string
  readonly #onError: (error: unknown) => void
  #collection: LedgerCollection<T> | null = null
  #last: Promise<unknown> = Promise.resolve()

  /** @param name of the collection; must never change */
  constructor(name: string, onError: (error: unknown) => void) {
    this.#name = name
    this.#onError = onError
  }

  get isAttached(): boolean {
    return this.#collection !== null
  }

  /**
   * Writes into this ledger from now on.
   * @returns what it holds
   */
  async attach(ledger: Ledger): Promise<LedgerEntry<T>[]> {
    await this.#last
    const collection = ledger.collection<T>(this.#name)
    const stored = await collection.list()
    this.#collection = collection
    return stored
  }

  /** When it resolves, nobody writes any more, and the ledger may be closed. */
  async detach(): Promise<void> {
    this.#collection = null
    await this.#last
  }

  put(id: string, value: T): void {
    this.#write((collection) => collection.put(id, value))
  }

  del(id: string): void {
    this.#write((collection) => collection.del(id))
  }

  /** Keeps the entries with the largest ids. */
  trim(keep: number): void {
    this.#write((collection) => collection.trim(keep))
  }

  /** Resolves when what was written until now is on the card, or has failed. */
  async settled(): Promise<void> {
    await this.#last
  }

  #write(write: (collection: LedgerCollection<T>) => Promise<unknown>): void {
    const collection = this.#collection
    if (collection === null) return
    this.#last = this.#last.then(() => write(collection)).catch(this.#onError)
  }
}
