import type HypercoreStorage from 'hypercore-storage'
import { rm, statfs, type FileHandle } from 'node:fs/promises'
import { join } from 'node:path'
import type { Logger } from 'pino'
import type { Clock, Timer } from '../clock.ts'
import { WaystationError } from '../errors.ts'
import type { DiscoveryKey } from '../ids.ts'
import { Resource } from '../resource.ts'
import { compactCores } from './compact-cores.ts'
import { CoreStorage, MAX_OPEN_FILES } from './core-storage.ts'
import { isDamage, isOfTheCard } from './damage.ts'
import { DamagedDatabases } from './damaged-databases.ts'
import { DirectoryLock } from './directory-lock.ts'
import { makeDirectory, readIfPresent, syncDirectory, writeDurably } from './durable-file.ts'
import { GroupCommit } from './group-commit.ts'
import { Reserve, RESERVE_BYTES } from './reserve.ts'
import { WriteAheadLog } from './write-ahead-log.ts'

/** What a power cut may take of blocks that nobody was promised: people see "stored" at most this late. */
const MAX_UNSYNCED_MS = 1000
/** A burst is synced before it grows past what a phone sends again in a second or so. */
const MAX_UNSYNCED_BYTES = 1024 * 1024

/**
 * Per column family. What is in the buffers is replayed and written again at the next start, and that needs free space:
 * with the library's own 64 MiB a store that filled its card could not be opened after 8 MB were freed.
 */
const WRITE_BUFFER_BYTES = 4 * 1024 * 1024

/** Says that a hub has the store open, or did not close it in order. */
const RUNNING_MARKER = 'running'

/**
 * The one store of the hub: all cores in one RocksDB database below `cores/`, and the barrier that says when what was
 * written to it is on the card. An acknowledgement is a promise about the card: whoever tells a person or a peer that
 * something is stored awaits `barrier()` first.
 *
 * Emits `failed` once, when data could no longer be made durable. Every barrier rejects from then on; the way out is to
 * stop and start again, which reads back what the card really holds. Emits `writing` with the first block that is not on
 * the card, and `settled` when everything that was noted is. Emits `unreadable` whenever something that was written could not
 * be read as it was.
 */
export class Store extends Resource<{ failed: [error: Error]; writing: []; settled: []; unreadable: [] }> {
  readonly #directory: string
  readonly #clock: Clock
  readonly #logger: Logger
  readonly #lock: DirectoryLock
  readonly #log: WriteAheadLog
  readonly #commits: GroupCommit
  readonly #reserve: Reserve
  /** Databases that could not be read, and whether this one can. */
  readonly damaged: DamagedDatabases
  #cores: CoreStorage | null = null
  #promises: (discoveryKey: DiscoveryKey) => number = () => 0
  #unclean = false
  #rebuilt = false
  #failed = false
  #hasUnreadable = false
  #unsyncedBytes = 0
  #notes = 0
  #settledNotes = 0
  #nextBarrier: Timer | null = null

  /**
   * @param parts.directory the data directory; made when it is missing
   * @param parts.syncFile how the content of an open file reaches the card
   */
  constructor(parts: {
    directory: string
    clock: Clock
    logger: Logger
    syncFile?: (file: FileHandle) => Promise<void>
  }) {
    super()
    this.#directory = parts.directory
    this.#clock = parts.clock
    this.#logger = parts.logger
    this.#lock = new DirectoryLock(parts.directory)
    this.#reserve = new Reserve(parts.directory)
    this.damaged = new DamagedDatabases(parts.directory)
    this.#log = new WriteAheadLog({
      directory: join(parts.directory, 'cores', 'db'),
      syncFile: parts.syncFile ?? ((file) => file.datasync())
    })
    this.#commits = new GroupCommit(() => this.#sync())
  }

  /**
   * The storage that hypercores are opened on. A core that closes leaves it open for the others; cores are closed before
   * the store is.
   */
  get cores(): HypercoreStorage {
    if (this.#cores === null) throw new Error('The store is not open')
    return this.#cores
  }

  /**
   * How long a core was when that was last written down outside the database; 0 when nothing is known of it. An own core
   * that is shorter must not be appended to: phones hold what it lacks.
   */
  promisedLength(discoveryKey: DiscoveryKey): number {
    return this.#promises(discoveryKey)
  }

  /** Says who knows how long cores were. */
  keepTo(promises: (discoveryKey: DiscoveryKey) => number): void {
    this.#promises = promises
  }

  /** Whether data can no longer be made durable; see the `failed` event. */
  get failed(): boolean {
    return this.#failed
  }

  /** Whether something could not be read as it was written, since the store was opened; see the `unreadable` event. */
  get hasUnreadable(): boolean {
    return this.#hasUnreadable
  }

  /** Whether the last run ended without closing the store: killed, or the power went. */
  get unclean(): boolean {
    return this.#unclean
  }

  /** Whether this start found a database that it could not read, and began a new one. */
  get rebuilt(): boolean {
    return this.#rebuilt
  }

  /**
   * A database that is damaged is set aside, and an empty one takes its place: phones bring again what they hold.
   *
   * @throws STORE_LOCKED when another process has the data directory
   * @throws STORE_FAILED when the database cannot be opened and is not damaged
   */
  protected override async _open(): Promise<void> {
    await makeDirectory(join(this.#directory, 'cores'))
    await this.#lock.ready()
    try {
      await this.#makeRoom()
      const marker = join(this.#directory, RUNNING_MARKER)
      this.#unclean = (await readIfPresent(marker)) !== null
      if (!this.#unclean) await writeDurably(marker, '')
      this.#cores = await this.#openOrSetAside()
      // The names of the database's own files: without them a cut in the first seconds leaves logs that nobody finds.
      await this.#commits.run()
      await syncDirectory(join(this.#directory, 'cores'))
    } catch (error) {
      await this.#cores?.closeForGood()
      await this.#log.close()
      await this.#lock.close()
      throw error
    }
    if (this.#unclean) this.#logger.warn('store was not closed in order by the last run')
  }

  /** Whoever filled the card, what a hub writes while it opens needs room. */
  async #makeRoom(): Promise<void> {
    const { bavail, bsize } = await statfs(this.#directory)
    if (bavail * bsize >= RESERVE_BYTES) return
    if (await this.#reserve.giveUp())
      this.#logger.warn('the card is full: opening with what was held in reserve')
  }

  async #openOrSetAside(): Promise<CoreStorage> {
    try {
      return await this.#openCores()
    } catch (error) {
      if (!isDamage(error)) throw error
      this.#logger.error({ err: error }, 'the database is damaged: it is set aside, and a new one is begun')
    }
    await this.damaged.setAside()
    this.#rebuilt = true
    return this.#openCores()
  }

  async #openCores(): Promise<CoreStorage> {
    const directory = join(this.#directory, 'cores')
    await this.damaged.assertNone()
    const cores = new CoreStorage(directory, {
      // The library's own lock file ties the store to one inode and to times that a power cut or a copy to another card
      // do not keep, and then refuses to open for ever. The hub has its own lock instead. `alwaysRecover` stays off: it
      // deletes the write-ahead log.
      allowBackup: true,
      writeBufferSize: WRITE_BUFFER_BYTES,
      maxOpenFiles: MAX_OPEN_FILES,
      onWriteFailed: (cause) =>
        this.#fail(new WaystationError('STORE_FAILED', 'The card did not take a write', { cause })),
      onReadFailed: (cause) => this.#judgeRead(cause)
    })
    try {
      await cores.ready()
      return cores
    } catch (cause) {
      // What was opened until then keeps the database locked for as long as the process lives.
      await cores.closeForGood().catch(() => {})
      throw new WaystationError('STORE_FAILED', 'The database below cores/ cannot be opened', { cause })
    }
  }

  /** Holds room for the next start, so that it succeeds on a card that somebody else has filled. */
  async takeReserve(): Promise<void> {
    const { blocks, bsize } = await statfs(this.#directory)
    await this.#reserve.take(blocks * bsize)
  }

  protected override async _close(): Promise<void> {
    this.#nextBarrier?.clear()
    this.#nextBarrier = null
    try {
      if (this.#cores === null) return
      await this.#cores.closeForGood()
      this.#cores = null
      await this.#commits.run()
      await rm(join(this.#directory, RUNNING_MARKER), { force: true })
      await syncDirectory(this.#directory)
    } finally {
      await this.#log.close()
      await this.#lock.close()
    }
  }

  /**
   * Resolves when everything that was written to the store before the call is on the card. Cheap to call often: all who
   * wait share one fdatasync.
   *
   * @throws STORE_FAILED and from then on always, when the card did not take the data
   */
  barrier(): Promise<void> {
    if (this.#failed) return Promise.reject(new WaystationError('STORE_FAILED'))
    // Somebody who is late while the hub stops: an error for them, not a failure of the store.
    if (this.#cores === null)
      return Promise.reject(new WaystationError('STORE_FAILED', 'The store is not open'))
    this.#nextBarrier?.clear()
    this.#nextBarrier = null
    this.#unsyncedBytes = 0
    const notes = this.#notes
    return this.#commits.run().then(() => this.#settle(notes))
  }

  /** Rewrites the database without what was deleted from it, as {@link compactCores} says. */
  async compact(options: { photos: boolean } = { photos: false }): Promise<void> {
    await compactCores(this.cores, this.#directory, options)
  }

  /** Says that blocks were stored. A barrier follows by itself, within a second or a mebibyte. */
  noteWritten(bytes: number): void {
    if (this.#cores === null) return
    this.#unsyncedBytes += bytes
    this.#notes += 1
    if (this.#notes === this.#settledNotes + 1) this.emit('writing')
    if (this.#unsyncedBytes >= MAX_UNSYNCED_BYTES) this.#barrierBehind()
    else this.#nextBarrier ??= this.#clock.after(MAX_UNSYNCED_MS, () => this.#barrierBehind())
  }

  #settle(notes: number): void {
    if (notes <= this.#settledNotes) return
    this.#settledNotes = notes
    if (notes === this.#notes) this.emit('settled')
  }

  #barrierBehind(): void {
    // Nobody waits for this one; that it failed is told by the `failed` event.
    this.barrier().catch(() => {})
  }

  async #sync(): Promise<void> {
    try {
      await this.#lock.assertHeld()
      await this.#log.sync()
    } catch (cause) {
      const error =
        cause instanceof WaystationError
          ? cause
          : new WaystationError('STORE_FAILED', 'The card did not take the data', { cause })
      this.#fail(error)
      throw error
    }
  }

  #judgeRead(cause: unknown): void {
    // What goes wrong while the database opens is told to whoever opens it.
    if (this.#cores === null) return
    if (isOfTheCard(cause)) {
      this.#fail(new WaystationError('STORE_FAILED', 'The card does not give back what it holds', { cause }))
    } else if (isDamage(cause)) {
      this.#hasUnreadable = true
      this.emit('unreadable')
    }
  }

  #fail(error: WaystationError): void {
    // While it closes, what is late may fail.
    if (this.#failed || this.closing !== null) return
    this.#failed = true
    // A table that cannot be read stops all writes as soon as the database rewrites it, and would at each start.
    if (isDamage(error)) void this.damaged.condemn().catch(() => {})
    this.#logger.fatal({ err: error }, 'store failed: nothing more is promised')
    this.emit('failed', error)
  }
}
