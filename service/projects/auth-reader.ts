import type Hypercore from 'hypercore'
import { decodeDocument, type ComapeoDocument } from '../wire/documents.ts'

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
  readonly #read = new Set<number>()
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
    const documents: AuthDocument[] = []
    // Goes from one block that is here to the next. The length is what the author claims: it may be anything.
    const { bitfield } = this.#core.core
    for (let index = bitfield.firstSet(0); index !== -1; index = bitfield.firstSet(index + 1)) {
      if (this.#stopped) return
      if (this.#read.has(index)) continue
      const block = await this.#core.get(index, { wait: false })
      if (block === null) continue
      this.#read.add(index)
      const document = decodeDocument(block, { discoveryKey: this.#core.discoveryKey, index })
      if (document !== null) documents.push({ index, document })
    }
    if (documents.length > 0 && !this.#stopped) this.#onDocuments(documents)
  }
}
