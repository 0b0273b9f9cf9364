import HypercoreStorage from 'hypercore-storage'
import { devNull } from 'node:os'
import { join } from 'node:path'

/**
 * Rows in memory, in place of the RocksDB database below a `HypercoreStorage`: as much of one as a single core needs that is opened
 * once. It never lists rows, looks back at an earlier state or comes back after a restart. What nobody refers to is forgotten.
 */
export class MemoryDatabase implements HypercoreStorage.Rows {
  readonly opened = true
  readonly closed = false
  readonly _snapshot = null
  /** The library looks for files of older releases beside it; nothing can be there. */
  readonly path = join(devNull, 'db')
  readonly #maxBytes: number
  readonly #rows = new Map<string, Buffer>()
  #bytes = 0

  /** @param options.maxBytes of all keys and values; a write that would take more fails as a whole */
  constructor(options: { maxBytes: number }) {
    this.#maxBytes = options.maxBytes
  }

  /** Storage for one core that is never written to the card. */
  static storage(options: { maxBytes: number }): HypercoreStorage {
    return new HypercoreStorage(new MemoryDatabase(options))
  }

  async ready(): Promise<void> {}
  async close(): Promise<void> {}

  columnFamily(): this {
    return this
  }

  session(): this {
    return this
  }

  read(): HypercoreStorage.RowsRead {
    return {
      get: async (key) => {
        const value = this.#rows.get(nameOf(key))
        return value === undefined ? null : Buffer.from(value) // the library decrypts in place
      },
      tryFlush: () => {},
      destroy: () => {}
    }
  }

  write(): HypercoreStorage.RowsWrite {
    const changed = new Map<string, Buffer | null>()
    return {
      // Copies: what the library hands over is part of a message as a whole.
      tryPut: (key, value) => changed.set(nameOf(key), Buffer.from(value)),
      tryDelete: (key) => changed.set(nameOf(key), null),
      tryDeleteRange: (from, to) => {
        const [start, end] = [nameOf(from), nameOf(to)]
        for (const name of [...this.#rows.keys(), ...changed.keys()]) {
          if (start <= name && name < end) changed.set(name, null)
        }
      },
      flush: async () => this.#apply(changed)
    }
  }

  #apply(changed: ReadonlyMap<string, Buffer | null>): void {
    let bytes = this.#bytes
    for (const [name, value] of changed) {
      bytes += bytesOf(name, value) - bytesOf(name, this.#rows.get(name) ?? null)
    }
    // hypercore then asks whoever sent it for nothing more of this core.
    if (bytes > this.#maxBytes)
      throw Object.assign(new Error('No more memory for it'), { code: 'WRITE_FAILED' })
    this.#bytes = bytes
    for (const [name, value] of changed) {
      if (value === null) this.#rows.delete(name)
      else this.#rows.set(name, value)
    }
  }
}

/** Compares as the bytes of the key do. */
function nameOf(key: Buffer): string {
  return key.toString('latin1')
}

function bytesOf(name: string, value: Buffer | null): number {
  return value === null ? 0 : name.length + value.byteLength
}
