import Hyperbee from 'hyperbee'
import type { Logger } from 'pino'
import type { ProjectCore } from '../projects/project-cores.ts'
import { BlockSet, type Run } from './block-set.ts'

/** CoMapeo makes 64 KiB blocks. An entry that claims more blocks than a 4 GiB file has is not believed. */
const MAX_FILE_BLOCKS = 65_536
/** Files followed per device. A phone that has taken 20,000 photos has 60,000; past this only the order is lost. */
const MAX_FILES = 300_000
/** Longest key of an entry that is looked at; honest ones are below 50 bytes, and {@link MAX_FILES} are kept in memory. */
const MAX_KEY_BYTES = 128
/** Longest value of an entry that is looked at; honest ones are below 300 bytes. */
const MAX_VALUE_BYTES = 4_096

const FILES_PREFIX = Buffer.from('files\0')

/** What people would call one picture or sound, in one of its sizes: where its bytes lie in the owner's blob core. */
export interface BlobFile {
  readonly type: string
  readonly variant: string
  readonly name: string
  readonly run: Run
}

interface Entry {
  type: 'put' | 'del'
  key: Buffer
  value: unknown
}

/**
 * The files of one device, read from its blobIndex core in the order in which they were written. Only needed for the order
 * of fetching and for counting photos: the bytes replicate without it.
 */
export class BlobCatalog {
  readonly #index: ProjectCore
  readonly #logger: Logger
  readonly #files: BlobFile[] = []
  #readTo = 1 // block 0 is the header of the hyperbee
  #reading: Promise<boolean> | null = null

  constructor(parts: { index: ProjectCore; logger: Logger }) {
    this.#index = parts.index
    this.#logger = parts.logger
  }

  get files(): readonly BlobFile[] {
    return this.#files
  }

  /** The blocks of all files that `wanted` accepts. */
  blocksOf(wanted: (file: BlobFile) => boolean): BlockSet {
    return BlockSet.of(this.#files.filter(wanted).map((file) => file.run))
  }

  /**
   * Reads what has arrived since the last time. Blocks after a hole wait until the hole is filled.
   * @returns whether files were added
   */
  async refresh(): Promise<boolean> {
    this.#reading ??= this.#read().finally(() => (this.#reading = null))
    return this.#reading
  }

  async #read(): Promise<boolean> {
    const { reader } = this.#index
    // A locked hub cannot read it: photos replicate all the same, in the order in which they were taken.
    if (reader === null) return false
    const end = reader.contiguousLength
    if (end <= this.#readTo || this.#files.length >= MAX_FILES) return false
    const before = this.#files.length
    const bee = new Hyperbee<Buffer, unknown>(reader.session({ wait: false }), {
      keyEncoding: 'binary',
      valueEncoding: 'binary',
      extension: false,
      // The library begins at the last block of what it reads. That of the core may never come: its owner has lost the phone.
      checkout: end
    })
    try {
      await bee.ready()
      for await (const entry of bee.createHistoryStream({ gte: this.#readTo, lt: end })) {
        const file = parseEntry(entry)
        if (file !== null && this.#files.length < MAX_FILES) this.#files.push(file)
      }
    } catch (err) {
      // A device may write anything into its own index. What it broke is the order of its own files.
      this.#logger.warn({ err, core: this.#index.key.slice(0, 7) }, 'file index of a device cannot be read')
    } finally {
      this.#readTo = end
      await bee.close()
    }
    return this.#files.length > before
  }
}

/** @returns the file that an entry of a blobIndex core tells of, null when it tells of none that can be believed */
export function parseEntry(entry: Entry): BlobFile | null {
  if (entry.type !== 'put' || !entry.key.subarray(0, FILES_PREFIX.length).equals(FILES_PREFIX)) return null
  if (entry.key.length > MAX_KEY_BYTES || !Buffer.isBuffer(entry.value)) return null
  if (entry.value.length > MAX_VALUE_BYTES) return null
  const path = entry.key.subarray(FILES_PREFIX.length).toString('utf8')
  const [, type, variant, name, ...rest] = path.split('/')
  if (type === undefined || variant === undefined || !name || rest.length > 0) return null
  let blob: { blockOffset?: unknown; blockLength?: unknown } | undefined
  try {
    blob = (JSON.parse(entry.value.toString('utf8')) as { blob?: typeof blob } | null)?.blob
  } catch {
    return null
  }
  const start = blob?.blockOffset
  const length = blob?.blockLength
  if (!isCount(start) || !isCount(length) || length > MAX_FILE_BLOCKS) return null
  return { type, variant, name, run: { start, end: start + length } }
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0
}
