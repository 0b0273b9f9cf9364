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

  stop(): void {
    this.#core.off('append', this.#lookSoon)
    this.#core.off('download', this.#lookSoon)
  }

  /** Reads what is here and was not read yet. Resolves when `onDocuments` was told of it. */
  look(): Promise<void> {
    this.#looking = this.#looking.catch(() => {}).then(() => this.#look())
    return this.#looking
  }

  async #look(): Promise<void> {
    const documents: AuthDocument[] = []
    for (let index = 0; index < this.#core.length; index++) {
      if (this.#read.has(index)) continue
      const block = await this.#core.get(index, { wait: false })
      if (block === null) continue
      this.#read.add(index)
      const document = decodeDocument(block, { discoveryKey: this.#core.discoveryKey, index })
      if (document !== null) documents.push({ index, document })
    }
    if (documents.length > 0) this.#onDocuments(documents)
  }
}
