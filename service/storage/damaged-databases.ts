import { mkdir, readdir, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { WaystationError } from '../errors.ts'
import { CoreStorage, MAX_OPEN_FILES } from './core-storage.ts'
import { isMissing, readIfPresent, syncDirectory, writeDurably } from './durable-file.ts'

/** Stands in a database that could be opened and not be read: the next start sets it aside. */
const UNREADABLE_MARKER = 'unreadable'

/** Databases that were set aside. The first is the one that held most, and the last is the newest. */
const SET_ASIDE = ['damaged-cores', 'damaged-cores-2'] as const

/** Sets aside the database below `cores/` when it cannot be read, and keeps it for what may still be got out of it. */
export class DamagedDatabases {
  readonly #directory: string

  /** @param directory the data directory */
  constructor(directory: string) {
    this.#directory = directory
  }

  /**
   * RocksDB makes a new database where it finds no CURRENT file and no log, and removes the files of the old one.
   *
   * @throws STORE_FAILED, as damage, when the files of a database are there and it would not be opened, or was condemned
   */
  async assertNone(): Promise<void> {
    const cores = join(this.#directory, 'cores')
    if ((await readIfPresent(join(cores, UNREADABLE_MARKER))) !== null) {
      throw new WaystationError('STORE_FAILED', 'The database is corrupted: its cores could not be read')
    }
    const names: string[] = await readdir(join(cores, 'db')).catch((error: unknown) => {
      if (isMissing(error)) return []
      throw error
    })
    if (names.includes('CURRENT') || !names.some((name) => /\.(sst|blob)$/.test(name))) return
    throw new WaystationError('STORE_FAILED', 'The CURRENT file of the database is missing')
  }

  /** Has this database set aside by the next start: it could be opened, and what it must hold cannot be read. */
  async condemn(): Promise<void> {
    await writeDurably(join(this.#directory, 'cores', UNREADABLE_MARKER), '')
  }

  /** Makes place for an empty database. */
  async setAside(): Promise<void> {
    const [first, last] = SET_ASIDE
    const isFirst = !(await readdir(this.#directory)).includes(first)
    if (!isFirst) await rm(join(this.#directory, last), { recursive: true, force: true })
    await rename(join(this.#directory, 'cores'), join(this.#directory, isFirst ? first : last))
    await mkdir(join(this.#directory, 'cores'), { mode: 0o700 })
    await syncDirectory(this.#directory)
  }

  /** Whether one is kept. */
  async areKept(): Promise<boolean> {
    return (await this.#kept()).length > 0
  }

  /**
   * Opens what is kept, for reading alone: what is in it stays as it is. What cannot be opened is left out.
   * @returns the caller closes them for good
   */
  async openKept(): Promise<CoreStorage[]> {
    const opened: CoreStorage[] = []
    for (const name of await this.#kept()) {
      const storage = new CoreStorage(join(this.#directory, name), {
        readOnly: true,
        maxOpenFiles: MAX_OPEN_FILES,
        onWriteFailed: () => {},
        onReadFailed: () => {}
      })
      try {
        await storage.ready()
        opened.push(storage)
      } catch {
        await storage.closeForGood().catch(() => {})
      }
    }
    return opened
  }

  /** Removes what was set aside, when all that it held has come again. */
  async forget(): Promise<void> {
    for (const name of SET_ASIDE) await rm(join(this.#directory, name), { recursive: true, force: true })
  }

  async #kept(): Promise<string[]> {
    const names = await readdir(this.#directory)
    return SET_ASIDE.filter((name) => names.includes(name))
  }
}
