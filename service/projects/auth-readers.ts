import type { Logger } from 'pino'
import { shortId, type CoreKey } from '../ids.ts'
import { AuthReader, type AuthDocument } from './auth-reader.ts'
import type { ProjectCore } from './project-cores.ts'

/** Reads the auth cores of one project. */
export class AuthReaders {
  readonly #onDocuments: (key: CoreKey, documents: AuthDocument[]) => void
  readonly #logger: Logger
  readonly #readers = new Map<CoreKey, AuthReader>()

  constructor(parts: { onDocuments: (key: CoreKey, documents: AuthDocument[]) => void; logger: Logger }) {
    this.#onDocuments = parts.onDocuments
    this.#logger = parts.logger
  }

  /** Follows a core from now on. Resolves when `onDocuments` was told of what is here. */
  async read({ key, reader: core }: ProjectCore): Promise<void> {
    if (core === null) throw new Error('An auth core is read at any time')
    const reader =
      this.#readers.get(key) ??
      new AuthReader({
        core,
        onDocuments: (documents) => this.#onDocuments(key, documents),
        onError: (err) => this.#logger.error({ err, core: shortId(key) }, 'auth core cannot be read')
      })
    this.#readers.set(key, reader)
    await reader.look()
  }

  /** When it resolves, the cores are not read any more and may be closed. */
  async stop(): Promise<void> {
    for (const reader of this.#readers.values()) await reader.stop()
  }
}
