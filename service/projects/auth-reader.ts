import type Hypercore from 'hypercore'
import { decodeDocument, type ComapeoDocument } from '../wire/documents.ts'

/** Blocks of one auth core that are read. A creator who changes ten roles a day needs nine years for them. */
export const MAX_AUTH_BLOCKS = 32_768
/** Longest of them: an ownership has less than a kibibyte, and so has a role with the reason for it. */
export const MAX_AUTH_BLOCK_BYTES = 64 * 1024
/** Documents that are handed over at a time, so that a long core is not in memory as a whole. */
export const MAX_AT_ONCE = 500

/** A document and the index of the block that holds it. */
export interface AuthDocument {
  readonly index: number
  readonly document: ComapeoDocument
}

/** Reads the documents of one auth core, each once, in whatever order its blocks arrive. */
export class AuthReader {
  readonly #core: Hypercore
  readonly #onDocuments: (documents: AuthDocument[]) => void
  readonly #onError: (error: unknown) => void
  // A bit for each block.
  readonly #read = new Uint8Array(MAX_AUTH_BLOCKS / 8)
  readonly #lookSoon = () => void this.look().catch(this.#onError)
  #looking: Promise<void> = Promise.resolve()
  #next: Promise<void> | null = null
  #stopped = false

  /** @param parts.core a session that decrypts */
  constructor(parts: {
    core: Hypercore
    onDocuments: (documents: AuthDocument[]) => void
    onError: (error: unknown) => void
  }) {
    this.#core = parts.core
    this.#onDocuments = parts.onDocuments
    this.#onError = parts.onError
    this.#core.on('append', this.#lookSoon)
    this.#core.on('download', this.#lookSoon)
  }

  /** When it resolves, the core is not read any more and may be closed. */
  async stop(): Promise<void> {
    this.#stopped = true
    this.#core.off('append', this.#lookSoon)
    this.#core.off('download', this.#lookSoon)
    await this.#looking.catch(() => {}) // whoever asked for it was told
  }

  /** Reads what is here and was not read yet. Resolves when `onDocuments` was told of it. */
  look(): Promise<void> {
    // One that has not begun yet will see what came meanwhile: a burst of blocks is read in a few looks, not in one each.
    this.#next ??= this.#looking
      .catch(() => {})
      .then(() => {
        this.#next = null
        return this.#look()
      })
    this.#looking = this.#next
    return this.#next
  }

  async #look(): Promise<void> {
    let documents: AuthDocument[] = []
    // Goes from one block that is here to the next. The length is what the author claims: it may be anything.
    const { bitfield } = this.#core.core
    for (
      let index = bitfield.firstSet(0);
      index !== -1 && index < MAX_AUTH_BLOCKS;
      index = bitfield.firstSet(index + 1)
    ) {
      if (this.#stopped) return
      if (this.#isRead(index)) continue
      const block = await this.#core.get(index, { wait: false })
      if (block === null) continue
      this.#noteRead(index)
      if (block.byteLength > MAX_AUTH_BLOCK_BYTES) continue
      const document = decodeDocument(block, { discoveryKey: this.#core.discoveryKey, index })
      if (document !== null) documents.push({ index, document })
      if (documents.length < MAX_AT_ONCE) continue
      this.#onDocuments(documents)
      documents = []
    }
    if (documents.length > 0 && !this.#stopped) this.#onDocuments(documents)
  }

  #isRead(index: number): boolean {
    return ((this.#read[index >>> 3] ?? 0) & (1 << (index & 7))) !== 0
  }

  #noteRead(index: number): void {
    this.#read[index >>> 3] = (this.#read[index >>> 3] ?? 0) | (1 << (index & 7))
  }
}
