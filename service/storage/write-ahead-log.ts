import { open, readdir, type FileHandle } from 'node:fs/promises'
import { join } from 'node:path'
import { isMissing, syncDirectory } from './durable-file.ts'

/** How RocksDB names the files of its write-ahead log. */
const LOG_NAME = /^\d+\.log$/

interface LogFile {
  handle: FileHandle
  /** Bytes that are known to be on the card. The log only grows, so an equal size means that there is nothing new. */
  syncedBytes: number
}

/**
 * The write-ahead log of the store, seen from outside. librocksdb appends every write to it but never asks the kernel
 * to put it on the card, and offers no way to ask. What a log held when it disappeared is in a table file, which
 * RocksDB does put on the card first.
 */
export class WriteAheadLog {
  readonly #directory: string
  readonly #syncFile: (file: FileHandle) => Promise<void>
  readonly #files = new Map<string, LogFile>()

  /**
   * @param parts.directory that of the RocksDB database
   * @param parts.syncFile puts the content of one open file on the card
   */
  constructor(parts: { directory: string; syncFile: (file: FileHandle) => Promise<void> }) {
    this.#directory = parts.directory
    this.#syncFile = parts.syncFile
  }

  /** When it resolves, everything that was written to the database before the call is on the card. */
  async sync(): Promise<void> {
    const names = (await readdir(this.#directory)).filter((name) => LOG_NAME.test(name))
    await this.#forgetAllBut(new Set(names))
    let isNew = false
    // More than one is alive when the log was rotated and the older one still waits to be written to a table file.
    for (const name of names) {
      const known = this.#files.get(name)
      const file = known ?? (await this.#open(name))
      if (file === null) continue
      isNew ||= known === undefined
      const { size } = await file.handle.stat()
      if (size === file.syncedBytes) continue
      await this.#syncFile(file.handle)
      file.syncedBytes = size
    }
    if (isNew) await syncDirectory(this.#directory)
  }

  async close(): Promise<void> {
    await this.#forgetAllBut(new Set())
  }

  async #open(name: string): Promise<LogFile | null> {
    try {
      const file = { handle: await open(join(this.#directory, name), 'r'), syncedBytes: -1 }
      this.#files.set(name, file)
      return file
    } catch (error) {
      // Removed since the directory was read: its content has reached a table file.
      if (isMissing(error)) return null
      throw error
    }
  }

  async #forgetAllBut(names: Set<string>): Promise<void> {
    for (const [name, file] of this.#files) {
      if (names.has(name)) continue
      this.#files.delete(name)
      await file.handle.close()
    }
  }
}
