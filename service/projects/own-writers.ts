import type Hypercore from 'hypercore'
import type { Namespace } from '../ids.ts'
import { OwnCoreWriter } from '../storage/own-core.ts'
import type { Store } from '../storage/store.ts'
import type { SigningKeyPair } from './own-documents.ts'
import type { ProjectCore } from './project-cores.ts'

/** Opens the hub's own cores in one project for writing, and lets go of their keys together. */
export class OwnWriters {
  readonly #store: Store
  readonly #outboxPath: (namespace: Namespace) => string
  readonly #opened: { writer: OwnCoreWriter; session: Hypercore }[] = []

  /** @param parts.outboxPath where the bytes lie that are about to be appended */
  constructor(parts: { store: Store; outboxPath: (namespace: Namespace) => string }) {
    this.#store = parts.store
    this.#outboxPath = parts.outboxPath
  }

  /** An append that a power cut interrupted is finished before it resolves. */
  async open(
    { core, namespace }: ProjectCore,
    keyPair: SigningKeyPair,
    encryptionKey: Buffer
  ): Promise<OwnCoreWriter> {
    // The key pair is given to this session only: opened with the core, the library would write it into the store.
    const session = core.session({ keyPair, encryption: { key: encryptionKey } })
    const writer = new OwnCoreWriter({
      core: session,
      store: this.#store,
      outboxPath: this.#outboxPath(namespace)
    })
    this.#opened.push({ writer, session })
    await writer.ready()
    return writer
  }

  async close(): Promise<void> {
    for (const { writer, session } of this.#opened.splice(0)) {
      await writer.close()
      await session.close()
    }
  }
}
