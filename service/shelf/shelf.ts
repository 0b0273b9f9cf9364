import { randomBytes } from 'node:crypto'
import { constants } from 'node:fs'
import { copyFile, link, open, readdir, rename, rm, stat, unlink, type FileHandle } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Logger } from 'pino'
import { WaystationError } from '../errors.ts'
import { Resource } from '../resource.ts'
import { isMissing, makeDirectory, syncDirectory } from '../storage/durable-file.ts'
import { shelfName, shelfType } from './file-name.ts'

/** The app, some maps and categories. What people collect has the rest of the card. */
export const SHELF_QUOTA_BYTES = 4 * 1024 ** 3
/** Left free for observations and photos, whatever the quota says: some thousand photos. */
export const SHELF_RESERVE_BYTES = 2 * 1024 ** 3
/** Below so much free space an upload that is under way stops: what people bring meanwhile needs it. */
export const SHELF_FLOOR_BYTES = SHELF_RESERVE_BYTES / 2
/** What a person still looks through. */
export const SHELF_FILES_MAX = 100
/** Uploads under way; one more ends the one that was begun first. */
export const UPLOADS_MAX = 3

/** Uploads that are not whole yet. Removed at the start: whoever was sending begins again. */
const UPLOADS_DIRECTORY = '.uploads'

export interface ShelfFile {
  readonly name: string
  readonly size: number
  readonly type: string
  /** Milliseconds since 1970 by the hub's clock when it was put there. */
  readonly addedAt: number
}

interface ShelfParts {
  /** Of the files. */
  readonly directory: string
  /** What may still be written to the card. */
  readonly freeBytes: () => Promise<number>
  readonly logger: Logger
  readonly quotaBytes?: number
  readonly filesMax?: number
  /** Looks at a file that is whole before it stands on the shelf; what it throws is the answer to the last chunk. */
  readonly check?: (path: string) => Promise<void>
}

interface Upload {
  readonly name: string
  readonly size: number
  readonly path: string
  readonly file: FileHandle
  received: number
  /** Chunks of one upload are written one after the other. */
  last: Promise<unknown>
}

/** How far an upload is; `file` is there when it is whole. */
export interface UploadProgress {
  readonly id: string
  readonly received: number
  readonly file: ShelfFile | null
}

/**
 * Files that the coordinator puts up for phones on the network. They come in chunks, so that a lost connection costs one
 * chunk and no request takes long. A file stands on the shelf only when all of it is on the card.
 */
export class Shelf extends Resource<{ changed: [] }> {
  readonly quotaBytes: number
  readonly #directory: string
  readonly #freeBytes: () => Promise<number>
  readonly #logger: Logger
  readonly #filesMax: number
  readonly #check: (path: string) => Promise<void>
  readonly #uploads = new Map<string, Upload>()

  constructor(parts: ShelfParts) {
    super()
    this.#directory = parts.directory
    this.#freeBytes = parts.freeBytes
    this.#logger = parts.logger
    this.quotaBytes = parts.quotaBytes ?? SHELF_QUOTA_BYTES
    this.#filesMax = parts.filesMax ?? SHELF_FILES_MAX
    this.#check = parts.check ?? (async () => {})
  }

  /** Where the files lie under their names, and nothing else that is not hidden. */
  get directory(): string {
    return this.#directory
  }

  protected override async _open() {
    await rm(this.#uploadsDirectory, { recursive: true, force: true })
    await makeDirectory(this.#uploadsDirectory)
  }

  protected override async _close() {
    for (const id of [...this.#uploads.keys()]) await this.cancel(id)
  }

  /** By name. */
  async list(): Promise<ShelfFile[]> {
    const names = (await readdir(this.#directory)).filter((name) => !name.startsWith('.')).sort()
    const files = await Promise.all(names.map((name) => this.#fileOf(name)))
    return files.filter((file) => file !== null)
  }

  /**
   * Begins an upload of `size` bytes.
   * @throws REQUEST_INVALID for a name that is none, SHELF_NAME_TAKEN, SHELF_FULL
   */
  async begin(given: string, size: number): Promise<UploadProgress> {
    const name = shelfName(given)
    const files = await this.list()
    if (files.some((file) => file.name === name)) throw new WaystationError('SHELF_NAME_TAKEN')
    await this.#requireRoom(files, size)
    const [oldest] = this.#uploads.keys()
    if (this.#uploads.size >= UPLOADS_MAX && oldest !== undefined) await this.cancel(oldest)
    const id = randomBytes(16).toString('hex')
    const path = join(this.#uploadsDirectory, id)
    const file = await open(path, 'wx', 0o600)
    this.#uploads.set(id, { name, size, path, file, received: 0, last: Promise.resolve() })
    return { id, received: 0, file: null }
  }

  /** @throws UPLOAD_NOT_FOUND */
  progress(id: string): UploadProgress {
    return { id, received: this.#get(id).received, file: null }
  }

  /**
   * Adds the next bytes. With the last ones the file is put on the shelf.
   * @param offset where they belong; what was received up to there is kept
   * @throws UPLOAD_NOT_FOUND, UPLOAD_OFFSET when other bytes are awaited, SHELF_NAME_TAKEN, SHELF_FULL when others have
   * filled the card meanwhile, and what the check of a whole file throws
   */
  async append(id: string, offset: number, bytes: Uint8Array): Promise<UploadProgress> {
    const upload = this.#get(id)
    const appended = upload.last.then(() => this.#append(id, upload, offset, bytes))
    upload.last = appended.catch(() => {})
    return appended
  }

  /** Gives up an upload. One that is not there is given up already. */
  async cancel(id: string): Promise<void> {
    const upload = this.#uploads.get(id)
    if (upload === undefined) return
    this.#uploads.delete(id)
    await upload.last
    await upload.file.close().catch(() => {}) // closed already when its last chunk had come
    await rm(upload.path, { force: true })
  }

  /** @throws SHELF_FILE_NOT_FOUND */
  async remove(name: string): Promise<void> {
    await unlink(await this.#pathOf(name))
    await syncDirectory(this.#directory)
    this.emit('changed')
  }

  /**
   * Takes a file from the shelf and puts it elsewhere on the card, under its name only when that is on the card.
   * @throws SHELF_FILE_NOT_FOUND
   */
  async moveTo(name: string, target: string): Promise<void> {
    await rename(await this.#pathOf(name), target)
    await syncDirectory(dirname(target))
    await syncDirectory(this.#directory)
    this.emit('changed')
  }

  /** Only of what the list tells of: a name from outside is never made a path. */
  async #pathOf(name: string): Promise<string> {
    const file = (await this.list()).find((file) => file.name === name)
    if (file === undefined) throw new WaystationError('SHELF_FILE_NOT_FOUND')
    return join(this.#directory, file.name)
  }

  async #append(id: string, upload: Upload, offset: number, bytes: Uint8Array): Promise<UploadProgress> {
    if (!this.#uploads.has(id)) throw new WaystationError('UPLOAD_NOT_FOUND')
    const { received, size } = upload
    if (offset !== received) {
      throw new WaystationError(
        'UPLOAD_OFFSET',
        `The next byte that is awaited is ${received}, not ${offset}`
      )
    }
    if (received + bytes.length > size) {
      throw new WaystationError('UPLOAD_OFFSET', `The file was to have ${size} bytes`)
    }
    if ((await this.#freeBytes()) - bytes.length < SHELF_FLOOR_BYTES) {
      throw new WaystationError('SHELF_FULL', 'The rest of the card is kept for what people collect')
    }
    await upload.file.write(bytes, 0, bytes.length, received)
    upload.received += bytes.length
    if (upload.received < size) return { id, received: upload.received, file: null }
    return { id, received: size, file: await this.#putUp(id, upload) }
  }

  async #putUp(id: string, { name, path, file }: Upload): Promise<ShelfFile> {
    const target = join(this.#directory, name)
    this.#uploads.delete(id)
    try {
      await file.sync()
      await file.close()
      await this.#check(path)
      // Unlike a rename, this never replaces a file that is there.
      await link(path, target).catch((error: unknown) => linkless(error, path, target))
    } catch (cause) {
      if (isTaken(cause)) throw new WaystationError('SHELF_NAME_TAKEN', undefined, { cause })
      throw cause
    } finally {
      await rm(path, { force: true })
    }
    await syncDirectory(this.#directory)
    const added = await this.#fileOf(name)
    if (added === null) throw new WaystationError('SHELF_FILE_NOT_FOUND')
    this.#logger.info({ bytes: added.size }, 'file put on the shelf')
    this.emit('changed')
    return added
  }

  async #requireRoom(files: readonly ShelfFile[], size: number): Promise<void> {
    const pending = [...this.#uploads.values()]
    const used = [...files, ...pending].reduce((sum, { size }) => sum + size, 0)
    const toCome = pending.reduce((sum, { size, received }) => sum + size - received, 0)
    if (files.length + pending.length >= this.#filesMax) {
      throw new WaystationError(
        'SHELF_FULL',
        `There are ${this.#filesMax} files on the shelf, which is the most it takes`
      )
    }
    if (used + size > this.quotaBytes) {
      throw new WaystationError('SHELF_FULL', `The shelf takes ${this.quotaBytes} bytes in all`)
    }
    if ((await this.#freeBytes()) - toCome - size < SHELF_RESERVE_BYTES) {
      throw new WaystationError('SHELF_FULL', 'The rest of the card is kept for what people collect')
    }
  }

  async #fileOf(name: string): Promise<ShelfFile | null> {
    try {
      const { size, mtimeMs } = await stat(join(this.#directory, name))
      return { name, size, type: shelfType(name), addedAt: mtimeMs }
    } catch (error) {
      if (isMissing(error)) return null // removed meanwhile
      throw error
    }
  }

  #get(id: string): Upload {
    const upload = this.#uploads.get(id)
    if (upload === undefined) throw new WaystationError('UPLOAD_NOT_FOUND')
    return upload
  }

  get #uploadsDirectory(): string {
    return join(this.#directory, UPLOADS_DIRECTORY)
  }
}

/** File systems of sticks (FAT) know no links; a copy that must be new does the same more slowly. */
async function linkless(error: unknown, path: string, target: string): Promise<void> {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  if (code !== 'EPERM' && code !== 'ENOTSUP') throw error
  await copyFile(path, target, constants.COPYFILE_EXCL)
}

function isTaken(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'EEXIST'
}
