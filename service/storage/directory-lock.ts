import { tryLock } from 'fs-native-extensions'
import { open, stat, type FileHandle } from 'node:fs/promises'
import { join } from 'node:path'
import { WaystationError } from '../errors.ts'
import { Resource } from '../resource.ts'
import { isMissing } from './durable-file.ts'

/**
 * The right to be the only process that writes to a data directory. The kernel holds it for the open file, so it ends
 * with the process however that ends, and a copy of the directory is not locked.
 */
export class DirectoryLock extends Resource {
  readonly #directory: string
  readonly #path: string
  #file: FileHandle | null = null

  constructor(directory: string) {
    super()
    this.#directory = directory
    this.#path = join(directory, 'lock')
  }

  /** @throws STORE_LOCKED when another process holds the lock */
  protected override async _open(): Promise<void> {
    const file = await open(this.#path, 'a', 0o600)
    if (!tryLock(file.fd)) {
      await file.close()
      throw new WaystationError(
        'STORE_LOCKED',
        `Another process is using ${this.#directory}: stop that hub first, or give this one another data directory`
      )
    }
    this.#file = file
  }

  protected override async _close(): Promise<void> {
    await this.#file?.close()
    this.#file = null
  }

  /**
   * A lock belongs to a file, not to a path. When the directory was removed or replaced under the hub, a second hub can
   * lock the new one, and two processes would write to one path.
   *
   * @throws STORE_FAILED when the lock is no longer the one of this directory
   */
  async assertHeld(): Promise<void> {
    const held = await this.#file?.stat()
    const present = await stat(this.#path).catch((error: unknown) => {
      if (isMissing(error)) return null
      throw error
    })
    if (held && present && held.ino === present.ino && held.dev === present.dev) return
    throw new WaystationError(
      'STORE_FAILED',
      `The data directory ${this.#directory} was removed or replaced while the hub was running`
    )
  }
}
