import type HypercoreStorage from 'hypercore-storage'
import { mkdir, readdir, rename, rm, stat, statfs, type FileHandle } from 'node:fs/promises'
import { join } from 'node:path'
import type { Logger } from 'pino'
import RocksDB from 'rocksdb-native'
import type { Clock, Timer } from '../clock.ts'
import { WaystationError } from '../errors.ts'
import type { DiscoveryKey } from '../ids.ts'
import { Resource } from '../resource.ts'
import { CoreStorage } from './core-storage.ts'
import { isDamage, isOfTheCard } from './damage.ts'
import { DirectoryLock } from './directory-lock.ts'
import { isMissing, makeDirectory, readIfPresent, syncDirectory, writeDurably } from './durable-file.ts'
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

/**
 * Photos that are left are written once more to free the room of those that were deleted, when they are no more than this:
 * a few minutes of writing on a slow card.
 */
const MAX_REWRITTEN_BYTES = 2 * 1024 * 1024 * 1024

/** The library keeps every table and photo file open for ever; a full card has tens of thousands of them. */
const MAX_OPEN_FILES = 512

/** Stands in a database that could be opened and not be read: the next start sets it aside. */
const UNREADABLE_MARKER = 'unreadable'

/** Databases that were set aside. The first is the one that held most, and the last is the newest. */
const SET_ASIDE = ['damaged-cores', 'damaged-cores-2'] as const

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
  #cores: CoreStorage | null = null
  #promises: (discoveryKey: DiscoveryKey) => number = () => 0
  #unclean = false
  #rebuilt = false
  #failed = false
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
    await this.#setAside()
    this.#rebuilt = true
    return this.#openCores()
  }

  async #openCores(): Promise<CoreStorage> {
    const directory = join(this.#directory, 'cores')
    await assertWhole(directory)
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

  async #setAside(): Promise<void> {
    const [first, last] = SET_ASIDE
    const isFirst = !(await readdir(this.#directory)).includes(first)
    if (!isFirst) await rm(join(this.#directory, last), { recursive: true, force: true })
    await rename(join(this.#directory, 'cores'), join(this.#directory, isFirst ? first : last))
    await mkdir(join(this.#directory, 'cores'), { mode: 0o700 })
    await syncDirectory(this.#directory)
  }

  /** Whether a damaged database is kept, for what may still be got out of it. */
  async keepsDamaged(): Promise<boolean> {
    const names = await readdir(this.#directory)
    return SET_ASIDE.some((name) => names.includes(name))
  }

  /** Removes what was set aside, when all that it held has come again. */
  async forgetDamaged(): Promise<void> {
    for (const name of SET_ASIDE) await rm(join(this.#directory, name), { recursive: true, force: true })
  }

  /** Has this database set aside by the next start: it could be opened, and what it must hold cannot be read. */
  async condemn(): Promise<void> {
    await writeDurably(join(this.#directory, 'cores', UNREADABLE_MARKER), '')
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

  /**
   * Rewrites the tables of the database without what was deleted from them. Photos lie beside the tables, in files that go
   * when all in them was deleted.
   * @param options.photos whether those files are rewritten, too: then nothing of what was deleted is left. That takes as much
   *   room as the photos that are left, for as long as it lasts; where there is none, or where they are more than
   *   {@link MAX_REWRITTEN_BYTES}, some stays as ciphertext until the database makes room by itself.
   */
  async compact(options: { photos: boolean } = { photos: false }): Promise<void> {
    const policy = RocksDB.constants.garbageCollectionPolicy
    await this.cores.compact({
      bottommostLevelCompaction: RocksDB.constants.bottommostLevelCompaction.FORCE,
      ...(options.photos && (await this.#mayRewritePhotos())
        ? { blobGarbageCollectionPolicy: policy.FORCE, blobGarbageCollectionAgeCutoff: 1 }
        : { blobGarbageCollectionPolicy: policy.DISABLE })
    })
  }

  async #mayRewritePhotos(): Promise<boolean> {
    const directory = join(this.#directory, 'cores', 'db')
    let bytes = 0
    for (const name of await readdir(directory)) {
      // The database removes files whenever it likes.
      if (name.endsWith('.blob')) bytes += (await stat(join(directory, name)).catch(() => ({ size: 0 }))).size
    }
    const { bavail, bsize } = await statfs(this.#directory)
    return bytes <= MAX_REWRITTEN_BYTES && bytes + RESERVE_BYTES < bavail * bsize
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
    if (isOfTheCard(cause)) {
      this.#fail(new WaystationError('STORE_FAILED', 'The card does not give back what it holds', { cause }))
    } else if (isDamage(cause)) this.emit('unreadable')
  }

  #fail(error: WaystationError): void {
    // While it closes, what is late may fail.
    if (this.#failed || this.closing !== null) return
    this.#failed = true
    // A table that cannot be read stops all writes as soon as the database rewrites it, and would at each start.
    if (isDamage(error)) void this.condemn().catch(() => {})
    this.#logger.fatal({ err: error }, 'store failed: nothing more is promised')
    this.emit('failed', error)
  }
}

/**
 * RocksDB makes a new database where it finds no CURRENT file and no log, and removes the files of the old one.
 *
 * @throws STORE_FAILED, as damage, when the files of a database are there and it would not be opened
 */
async function assertWhole(directory: string): Promise<void> {
  if ((await readIfPresent(join(directory, UNREADABLE_MARKER))) !== null) {
    throw new WaystationError('STORE_FAILED', 'The database is corrupted: its cores could not be read')
  }
  const names: string[] = await readdir(join(directory, 'db')).catch((error: unknown) => {
    if (isMissing(error)) return []
    throw error
  })
  if (names.includes('CURRENT') || !names.some((name) => /\.(sst|blob)$/.test(name))) return
  throw new WaystationError('STORE_FAILED', 'The CURRENT file of the database is missing')
}
