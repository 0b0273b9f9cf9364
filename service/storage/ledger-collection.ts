import type Hyperbee from 'hyperbee'

/** Ids by their UTF-8 bytes. Without bounds: all. */
export interface ListOptions {
  gt?: string
  gte?: string
  lt?: string
  lte?: string
  limit?: number
  /** Largest id first. */
  reverse?: boolean
}

export interface LedgerEntry<T> {
  id: string
  value: T
}

/**
 * One kind of entry in the ledger: JSON values by id. How many there may be is for the user of the collection to bound;
 * old values of an id stay on the card.
 */
export class LedgerCollection<T> {
  readonly #bee: Hyperbee<string, T>
  readonly #barrier: () => Promise<void>

  /** @param barrier resolves when what was written is on the card */
  constructor(bee: Hyperbee<string, T>, barrier: () => Promise<void>) {
    this.#bee = bee
    this.#barrier = barrier
  }

  /** @returns null when there is no such entry */
  async get(id: string): Promise<T | null> {
    return (await this.#bee.get(id))?.value ?? null
  }

  /** Durable when it resolves. */
  async put(id: string, value: T): Promise<void> {
    await this.#bee.put(id, value)
    await this.#barrier()
  }

  /** Durable when it resolves. Removing what is not there does nothing. */
  async del(id: string): Promise<void> {
    await this.#bee.del(id)
    await this.#barrier()
  }

  async list({ limit, reverse, ...range }: ListOptions = {}): Promise<LedgerEntry<T>[]> {
    const entries: LedgerEntry<T>[] = []
    const stream = this.#bee.createReadStream(range, { limit: limit ?? -1, reverse: reverse ?? false })
    for await (const { key, value } of stream) entries.push({ id: key, value })
    return entries
  }

  /**
   * Keeps the entries with the largest ids and removes the others, for histories whose ids begin with a time.
   *
   * @returns how many were removed; that is durable
   */
  async trim(keep: number): Promise<number> {
    const excess = (await this.list({ reverse: true })).slice(keep)
    if (excess.length === 0) return 0
    const batch = this.#bee.batch()
    for (const { id } of excess) await batch.del(id)
    await batch.flush()
    await this.#barrier()
    return excess.length
  }
}
