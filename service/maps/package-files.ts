import { promisify } from 'node:util'
import { inflateRaw } from 'node:zlib'
import { ZipReader } from '@gmaclennan/zip-reader'
import { FileSource } from '@gmaclennan/zip-reader/file-source'
import { WaystationError } from '../errors.ts'

// Why this library: it reads the directory of a package in pieces of 64 KiB, where yauzl asks the card twice for each file
// (0.7 s against 28 s for 200,000 tiles), and it takes packages in which equal tiles share their bytes, as the format allows.

/** A country at the zoom of paths, or a region from the air. Each costs some 200 bytes of memory while the map is open. */
export const PACKAGE_FILES_MAX = 200_000

/** What one file of a package may be: what the format's own reader takes. Tiles are a hundredth of it. */
export const PACKAGE_FILE_MAX_BYTES = 20 * 1024 * 1024

/** As the format says (section 3.4). */
const NAME_MAX_BYTES = 255

/** Fixed part of what stands before each file (APPNOTE 4.3.7): signature, and the lengths of two fields behind it. */
const LOCAL_HEADER = { size: 30, signature: 0x04034b50, nameLengthAt: 26, extraLengthAt: 28 }

const [STORED, DEFLATED] = [0, 8]

const inflate = promisify(inflateRaw)

interface Place {
  readonly headerOffset: number
  readonly compressedSize: number
  readonly size: number
  readonly isDeflated: boolean
}

/** The files in a styled map package (a ZIP), read one by one from where they lie. */
export class PackageFiles {
  readonly #source: FileSource
  readonly #places: ReadonlyMap<string, Place>

  private constructor(source: FileSource, places: ReadonlyMap<string, Place>) {
    this.#source = source
    this.#places = places
  }

  /**
   * Reads what is in the package, not the files themselves.
   * @throws MAP_NO_PACKAGE when it is no ZIP, or not whole; MAP_TOO_LARGE
   */
  static async open(path: string): Promise<PackageFiles> {
    const source = await FileSource.open(path)
    try {
      return new PackageFiles(source, await readPlaces(source))
    } catch (cause) {
      await source.close()
      if (cause instanceof WaystationError) throw cause
      const said = cause instanceof Error ? cause.message : String(cause)
      throw new WaystationError('MAP_NO_PACKAGE', said, { cause })
    }
  }

  /** In the order of the package. */
  get names(): Iterable<string> {
    return this.#places.keys()
  }

  /**
   * @returns null when there is no such file
   * @throws MAP_NO_PACKAGE when its bytes are not those that the package tells of
   */
  async read(name: string): Promise<Buffer | null> {
    const place = this.#places.get(name.normalize('NFC'))
    if (place === undefined) return null
    try {
      return await this.#bytesAt(place)
    } catch (cause) {
      throw new WaystationError('MAP_NO_PACKAGE', `${name} cannot be read`, { cause })
    }
  }

  close(): Promise<void> {
    return this.#source.close()
  }

  async #bytesAt({ headerOffset, compressedSize, size, isDeflated }: Place): Promise<Buffer> {
    const header = Buffer.from(await this.#source.read(headerOffset, LOCAL_HEADER.size))
    if (header.readUInt32LE(0) !== LOCAL_HEADER.signature) throw new Error('There is no file at this place')
    const start =
      headerOffset +
      LOCAL_HEADER.size +
      header.readUInt16LE(LOCAL_HEADER.nameLengthAt) +
      header.readUInt16LE(LOCAL_HEADER.extraLengthAt)
    const compressed = Buffer.from(await this.#source.read(start, compressedSize))
    // One more than is said, so that too many are noticed as well as too few; nothing is unpacked to no end.
    const bytes = isDeflated ? await inflate(compressed, { maxOutputLength: size + 1 }) : compressed
    if (bytes.length !== size) throw new Error(`${bytes.length} bytes instead of ${size}`)
    return bytes
  }
}

async function readPlaces(source: FileSource): Promise<Map<string, Place>> {
  const zip = await ZipReader.from(source, { skipUniqueEntryCheck: true })
  const places = new Map<string, Place>()
  let count = 0
  for await (const entry of zip) {
    if (++count > PACKAGE_FILES_MAX) {
      throw new WaystationError('MAP_TOO_LARGE', `It holds more than ${PACKAGE_FILES_MAX} files`)
    }
    const { name, compressedSize, uncompressedSize: size, compressionMethod, isEncrypted } = entry
    if (entry.isDirectory) continue
    if (Buffer.byteLength(name) > NAME_MAX_BYTES) throw new Error(`A name in it is too long: ${name}`)
    if (isEncrypted) throw new Error(`${name} is encrypted`)
    if (compressionMethod !== STORED && compressionMethod !== DEFLATED) {
      throw new Error(`${name} is compressed in a way that maps are not`)
    }
    if (Math.max(size, compressedSize) > PACKAGE_FILE_MAX_BYTES) {
      throw new WaystationError(
        'MAP_TOO_LARGE',
        `${name} is larger than ${PACKAGE_FILE_MAX_BYTES / 1024 ** 2} MiB`
      )
    }
    places.set(name.normalize('NFC'), {
      headerOffset: entry.fileHeaderOffset,
      compressedSize,
      size,
      isDeflated: compressionMethod === DEFLATED
    })
  }
  return places
}
