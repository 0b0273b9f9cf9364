import { Readable } from 'node:stream'
import { ZipFile } from 'yazl'
import { WaystationError } from '../errors.ts'
import { findPhoto } from '../mirror/photo-queries.ts'
import { writeCsv, writeRows } from './csv.ts'
import type { ExportSource } from './export-source.ts'
import { writeGeoJson } from './geojson.ts'
import { mediaFilesOf, type MediaFile } from './media-files.ts'

type Chunks = AsyncIterable<string | Uint8Array>
type Held = NonNullable<MediaFile['held']>

/** Files up to this size are checked before they go into the archive; a larger one that turns out damaged ends the export. */
const CHECKED_FILE_BYTES = 16 * 1024 * 1024

/** Most lines of the list of what is missing: they are kept until the end. */
const MAX_LISTED = 50_000

/** What the time stamps of a ZIP archive can say (APPNOTE 4.4.6): a phone's clock may say anything. */
const FIRST_TIME = Date.UTC(1980, 0, 2)
const LAST_TIME = Date.UTC(2107, 0, 1)

/**
 * Writes observations and tracks as GeoJSON and CSV together with the best variant of each file that is here, and a list of
 * the originals that are not. Photos are stored as they are: compressing them again wins nothing.
 */
export async function* writeZip(source: ExportSource): AsyncGenerator<Buffer> {
  const archive = new Archive()
  const filling = fill(archive, source).then(
    () => archive.end(),
    (error: unknown) => archive.fail(error)
  )
  try {
    yield* archive.output as AsyncIterable<Buffer>
  } finally {
    archive.fail(new WaystationError('EXPORT_CANCELLED'))
    await filling
  }
}

async function fill(archive: Archive, source: ExportSource): Promise<void> {
  await archive.add('observations-and-tracks.geojson', () => writeGeoJson(source), { compress: true })
  await archive.add('observations.csv', () => writeCsv(source), { compress: true })
  const missing: string[][] = []
  let unlisted = 0
  for await (const observation of source.observations()) {
    for (const file of await mediaFilesOf(source, observation)) {
      const state = file.held === null ? 'nothing' : await addFile(archive, source, file.held, observation)
      if (state === 'original') continue
      const { name, type } = file.attachment
      if (missing.length === MAX_LISTED) unlisted++
      else missing.push([observation.docId, observation.createdAt, type, name, state])
    }
  }
  if (unlisted > 0) missing.push(['', '', '', '', `and ${unlisted} more`])
  if (missing.length === 0) return
  const rows = [['observation', 'created_at', 'type', 'name', 'instead'], ...missing]
  await archive.add('missing-originals.csv', () => writeRows(rows), { compress: true })
}

/** @returns what is in the archive instead of the file, or `original` */
async function addFile(
  archive: Archive,
  { snapshot, sources, watcher }: ExportSource,
  held: Held,
  { createdAt }: { createdAt: string }
): Promise<string> {
  const path = archive.pathOf(held)
  if (path === null) return held.variant
  const photo = await findPhoto(snapshot, sources, held)
  if (photo.state !== 'held') return 'nothing'
  const mtime = new Date(Math.max(FIRST_TIME, Math.min(LAST_TIME, Date.parse(createdAt) || 0)))
  if (photo.byteLength > CHECKED_FILE_BYTES) {
    await archive.add(path, () => photo.createReadStream(), { compress: false, mtime })
  } else {
    const bytes = await soundBytes(photo.createReadStream())
    if (bytes === null) return 'damaged'
    await archive.add(path, () => [bytes], { compress: false, mtime })
  }
  watcher.fileWritten()
  return held.variant
}

/** @returns null when they are not those that the observation names: one damaged photo must not cost all others */
async function soundBytes(stream: Readable): Promise<Buffer | null> {
  try {
    return Buffer.concat(await stream.toArray())
  } catch (error) {
    if (error instanceof WaystationError && error.code === 'PHOTO_DAMAGED') return null
    throw error
  }
}

/** A ZIP archive that is written as it is read: one entry at a time, and none before the one before it was taken. */
class Archive {
  readonly #zip = new ZipFile()
  readonly #paths = new Map<string, string>()
  #entry: Readable | null = null
  #failed: ((error: unknown) => void) | null = null

  constructor() {
    this.#zip.on('error', (error) => this.fail(error))
  }

  get output(): Readable {
    // Declared as the old interface of streams; it is a PassThrough.
    return this.#zip.outputStream as Readable
  }

  /** @returns null when the very same file is in the archive already; two files of one name get different paths */
  pathOf({ driveId, name, fileName }: Held): string | null {
    const plain = `media/${fileName.replace(/[^\w.-]/g, '_')}`
    const id = `${driveId}/${name}`
    for (const path of [plain, `media/${driveId}_${plain.slice('media/'.length)}`]) {
      const owner = this.#paths.get(path)
      if (owner === id) return null
      if (owner !== undefined) continue
      this.#paths.set(path, id)
      return path
    }
    return null
  }

  /** Resolves when the entry has been read to its end. */
  add(
    path: string,
    chunks: () => Chunks | Iterable<Uint8Array>,
    options: { compress: boolean; mtime?: Date }
  ): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#failed = reject
      this.#zip.addReadStreamLazy(path, options, (give) => {
        this.#entry = Readable.from(chunks(), { objectMode: false })
        this.#entry.once('end', resolve).once('error', reject)
        give(null, this.#entry)
      })
    })
  }

  end(): void {
    this.#zip.end()
  }

  /** Does nothing once all has been read. */
  fail(error: unknown): void {
    this.#failed?.(error)
    this.#entry?.destroy()
    this.output.destroy(error instanceof Error ? error : new WaystationError('INTERNAL'))
  }
}
