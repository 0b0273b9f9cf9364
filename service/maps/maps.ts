import { createHash } from 'node:crypto'
import { join } from 'node:path'
import type { Logger } from 'pino'
import { WaystationError } from '../errors.ts'
import { Resource } from '../resource.ts'
import { Shelf, type ShelfFile } from '../shelf/shelf.ts'
import { parseStyle, type MapStyle } from './map-style.ts'
import { PackageFiles } from './package-files.ts'

/** As much as the shelf takes: a satellite picture of a territory is a gigabyte. */
const MAPS_QUOTA_BYTES = 4 * 1024 ** 3
export const MAPS_MAX = 12
/** What is in a package is kept in memory while it is open. */
const OPEN_MAX = 2

const STYLE_FILE = 'style.json'
const VERSION_FILE = 'VERSION'

/** A map that a person put here. */
export interface OwnMap {
  /** Stays the same as long as its file does: what comes from it may be kept. */
  readonly id: string
  readonly file: ShelfFile
  /** Null when its file can no longer be read as a map. */
  readonly style: MapStyle | null
}

interface Opened {
  readonly files: PackageFiles
  readonly style: MapStyle
}

/**
 * Maps of people's own, as styled map packages (`.smp`, the app's format for background maps). They lie on a shelf of their
 * own, which nobody sees but the office: a map of a territory tells where it is.
 */
export class Maps extends Resource {
  readonly shelf: Shelf
  /** By id, the one that was asked for last at the end. */
  readonly #opened = new Map<string, Promise<Opened>>()
  readonly #styles = new Map<string, MapStyle | null>()

  constructor(parts: { directory: string; freeBytes: () => Promise<number>; logger: Logger }) {
    super()
    this.shelf = new Shelf({
      ...parts,
      quotaBytes: MAPS_QUOTA_BYTES,
      filesMax: MAPS_MAX,
      check: async (path) => (await openPackage(path)).files.close()
    })
  }

  protected override async _open() {
    await this.shelf.ready()
  }

  protected override async _close() {
    for (const id of [...this.#opened.keys()]) await this.#shut(id)
    await this.shelf.close()
  }

  /** By file name. */
  async list(): Promise<OwnMap[]> {
    const files = await this.shelf.list()
    const ids = new Set(files.map(idOf))
    for (const id of this.#styles.keys()) if (!ids.has(id)) this.#styles.delete(id)
    const maps: OwnMap[] = []
    for (const file of files) maps.push({ id: idOf(file), file, style: await this.#styleOf(file) })
    return maps
  }

  /** @throws MAP_NOT_FOUND, and what a package that can no longer be read throws */
  async style(id: string): Promise<MapStyle> {
    return (await this.#open(await this.#fileOf(id))).style
  }

  /**
   * One of the files in the map.
   * @throws MAP_NOT_FOUND when there is no such map, or no such file in it
   */
  async read(id: string, name: string): Promise<Buffer> {
    const { files } = await this.#open(await this.#fileOf(id))
    const bytes = await files.read(name)
    if (bytes === null) throw new WaystationError('MAP_NOT_FOUND', 'There is no such file in this map')
    return bytes
  }

  /** @throws MAP_NOT_FOUND */
  async remove(id: string): Promise<void> {
    const { name } = await this.#fileOf(id)
    await this.#shut(id)
    await this.shelf.remove(name)
  }

  async #fileOf(id: string): Promise<ShelfFile> {
    const file = (await this.shelf.list()).find((file) => idOf(file) === id)
    if (file === undefined) throw new WaystationError('MAP_NOT_FOUND')
    return file
  }

  async #styleOf(file: ShelfFile): Promise<MapStyle | null> {
    const id = idOf(file)
    const known = this.#styles.get(id)
    if (known !== undefined) return known
    const style = await this.#open(file).then(
      ({ style }) => style,
      () => null // a card that loses bytes; the list says that this one is damaged
    )
    this.#styles.set(id, style)
    return style
  }

  #open(file: ShelfFile): Promise<Opened> {
    const id = idOf(file)
    const opened = this.#opened.get(id) ?? openPackage(join(this.shelf.directory, file.name))
    this.#opened.delete(id)
    this.#opened.set(id, opened)
    opened.catch(() => this.#opened.delete(id))
    const [oldest] = this.#opened.keys()
    if (this.#opened.size > OPEN_MAX && oldest !== undefined) void this.#shut(oldest)
    return opened
  }

  /** What is being read from it fails, and is asked for again. */
  async #shut(id: string): Promise<void> {
    const opened = this.#opened.get(id)
    this.#opened.delete(id)
    await opened?.then(
      ({ files }) => files.close(),
      () => {} // was never open
    )
  }
}

/** @throws MAP_NO_PACKAGE, MAP_TOO_LARGE, MAP_NO_STYLE, MAP_STYLE_INVALID, MAP_NOT_WHOLE */
async function openPackage(path: string): Promise<Opened> {
  const files = await PackageFiles.open(path)
  try {
    const text = async (name: string) => (await files.read(name))?.toString() ?? null
    const version = await text(VERSION_FILE)
    return { files, style: parseStyle(await text(STYLE_FILE), { version, names: files.names }) }
  } catch (error) {
    await files.close()
    throw error
  }
}

function idOf({ name, size, addedAt }: ShelfFile): string {
  return createHash('sha256').update(`${name}\0${size}\0${addedAt}`).digest('hex').slice(0, 32)
}
