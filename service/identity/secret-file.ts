import { dirname } from 'node:path'
import { WaystationError } from '../errors.ts'
import { makeDirectory } from '../storage/durable-file.ts'
import { TwinFile } from '../storage/twin-file.ts'

/** What seals and opens secrets: the key ring. */
export interface Sealer {
  readonly isLocked: boolean
  seal(bytes: Buffer): Buffer
  /** @returns null when it cannot be opened */
  open(sealed: Buffer): Buffer | null
}

/**
 * A JSON value that a locked hub can write and not read. Its name is inside: a secret put in the place of another one does
 * not open.
 */
export class SecretFile {
  readonly #name: string
  readonly #path: string
  readonly #file: TwinFile
  readonly #sealer: Sealer

  /** @param parts.name of the secret: changing it makes what was written unreadable */
  constructor(parts: { name: string; path: string; sealer: Sealer }) {
    this.#name = parts.name
    this.#path = parts.path
    this.#file = new TwinFile(parts.path)
    this.#sealer = parts.sealer
  }

  /**
   * @returns the value that was written, or null when there is none
   * @throws HUB_LOCKED
   * @throws FILE_DAMAGED when it was not written under this name by this hub
   */
  async read(): Promise<unknown> {
    const sealed = await this.#file.read()
    if (sealed === null) return null
    if (this.#sealer.isLocked) throw new WaystationError('HUB_LOCKED')
    const bytes = this.#sealer.open(sealed)
    const content = bytes === null ? null : (JSON.parse(bytes.toString()) as { name: string; value: unknown })
    if (content?.name !== this.#name) {
      throw new WaystationError('FILE_DAMAGED', `${this.#path} cannot be opened with the keys of this hub`)
    }
    return content.value
  }

  /** Durable when it resolves, whether the hub is locked or not. Nothing of the value before is left in the file. */
  async write(value: unknown): Promise<void> {
    await makeDirectory(dirname(this.#path))
    const bytes = Buffer.from(JSON.stringify({ name: this.#name, value }))
    await this.#file.write(this.#sealer.seal(bytes))
  }

  async erase(): Promise<void> {
    await this.#file.erase()
  }
}
