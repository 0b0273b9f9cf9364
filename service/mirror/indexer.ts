import Hyperbee from 'hyperbee'
import type Hypercore from 'hypercore'
import type { Logger } from 'pino'
import { WaystationError } from '../errors.ts'
import { shortId, type DiscoveryKey, type Namespace } from '../ids.ts'
import type { BlockRun } from './block-ranges.ts'
import { decodeCore, encodeCore, newCoreEntry, type CoreEntry } from './core-entry.ts'
import { noCounts, type Counts } from './counts.ts'
import { DocumentChanges } from './document-changes.ts'
import { FileChanges } from './file-changes.ts'
import { Gathered } from './gathered.ts'
import { ALL_CORES, coreKey, FORMAT, META_KEY } from './layout.ts'
import type { SourceCore } from './source.ts'
import { tagOf } from './version-ref.ts'

type Batch = Hyperbee.Batch<Buffer, Buffer>

/** What is needed to read the rest comes first. */
const ORDER: readonly Namespace[] = ['auth', 'config', 'data', 'blobIndex', 'blob']

/** Contents of the meta entry. */
export interface Meta {
  readonly format: number
  readonly counts: Counts
}

/** What one batch did. */
interface Step {
  readonly documents: number
  /** Whether the mirror has changed. */
  readonly written: boolean
  /** Whether there were more blocks than one batch holds. */
  readonly isFull: boolean
}

/**
 * Reads blocks of the cores into one hyperbee. One batch, which the core takes whole or not at all, holds documents together
 * with how far each core was read: what was written is never read again, and nothing is skipped.
 *
 * Not made for two callers at a time.
 */
export class Indexer {
  /** The mirror's own core: whoever opened it closes it. */
  readonly core: Hypercore
  readonly #logger: Logger
  /** By tag of the core. */
  readonly #entries = new Map<string, CoreEntry>()
  readonly #sources = new Map<string, SourceCore>()
  readonly #sound = new Map<SourceCore, boolean>()
  #counts: Counts = noCounts()

  constructor(parts: { core: Hypercore; logger: Logger }) {
    this.core = parts.core
    this.#logger = parts.logger
  }

  /** @throws MIRROR_OUTDATED when the core was written in another format */
  async open(): Promise<void> {
    await this.core.ready()
    if (this.core.length === 0) return
    const bee = openBee(this.core.snapshot())
    try {
      const meta = await bee.get(META_KEY)
      if (meta === null) return
      const { format, counts } = JSON.parse(meta.value.toString()) as Meta
      if (format !== FORMAT) throw new WaystationError('MIRROR_OUTDATED')
      this.#counts = counts
      for await (const { value } of bee.createReadStream(ALL_CORES)) {
        const entry = decodeCore(value)
        this.#entries.set(tagId(entry.discoveryKey), entry)
      }
    } finally {
      await bee.close()
    }
  }

  add(source: SourceCore): void {
    const id = tagId(source.discoveryKey)
    const known = this.#entries.get(id)
    if (known !== undefined && known.discoveryKey !== source.discoveryKey) {
      this.#logger.warn(
        { core: shortId(source.discoveryKey) },
        'core refused: its tag belongs to another core'
      )
      return
    }
    if (known === undefined) this.#entries.set(id, newCoreEntry(source))
    this.#sources.set(id, source)
  }

  /** Indexes the next blocks that are here and were not read; none when nothing is left to do. */
  async step(): Promise<Step> {
    const files = new FileChanges()
    const gathered = await this.#gather(files)
    if (gathered.isEmpty) return { documents: 0, written: false, isFull: false }
    const written = await this.#write(gathered, files)
    for (const { source, run } of gathered.taken) {
      this.#entries.get(tagId(source.discoveryKey))?.read.add(run)
    }
    return { documents: gathered.cards.length, written, isFull: gathered.isFull }
  }

  async #gather(files: FileChanges): Promise<Gathered> {
    const gathered = new Gathered(files)
    for (const namespace of ORDER) {
      for (const [id, source] of this.#sources) {
        if (source.namespace !== namespace) continue
        await source.core.ready()
        if (namespace === 'blobIndex' && !(await this.#isSound(source))) continue
        const read = this.#entries.get(id)?.read
        // The library has no public way to list the blocks that are here.
        const missing = read?.missing(source.core.core.bitfield, source.core.length) ?? []
        for (const run of missing) {
          if (gathered.isFull) return gathered
          await gathered.take(source, run)
        }
      }
    }
    return gathered
  }

  async #write(gathered: Gathered, files: FileChanges): Promise<boolean> {
    // One hyperbee a batch: its cache keeps 65,536 blocks whatever their size, and pages are large.
    const bee = openBee(this.core.session())
    try {
      const batch = bee.batch({ update: false })
      const counts = structuredClone(this.#counts)
      for (const { source, run } of gathered.arrived) {
        const index = this.#coreOf(source, 'blobIndex')
        if (index !== null) await files.arrived(batch, tagOf(index.discoveryKey), run)
      }
      // Most blocks of photos complete no photo. What was read is then kept in memory alone, and looked at again after a
      // restart.
      if (files.isEmpty && gathered.arrived.length === gathered.taken.length) return false
      const isNew = (tag: string, run: BlockRun) => this.#entries.get(tag)?.read.intersects(run) !== true
      await gathered.contents.write(batch, isNew)
      const documents = new DocumentChanges({
        batch,
        discoveryKeyOf: (tag) => this.#entries.get(tag.toString('hex'))?.discoveryKey ?? null,
        counts,
        files,
        logger: this.#logger
      })
      await documents.write(gathered.cards)
      await files.write(batch, counts.photos, async (driveTag, run) => {
        const index = this.#sources.get(driveTag.toString('hex'))
        const blob = index === undefined ? null : this.#coreOf(index, 'blob')
        return blob !== null && (run.end === run.start || (await blob.core.has(run.start, run.end)))
      })
      await this.#writeProgress(batch, gathered)
      const meta: Meta = { format: FORMAT, counts }
      await batch.put(META_KEY, Buffer.from(JSON.stringify(meta)))
      await batch.flush()
      this.#counts = counts
      return true
    } finally {
      await bee.close()
    }
  }

  async #writeProgress(batch: Batch, gathered: Gathered): Promise<void> {
    const touched = new Set(gathered.taken.map(({ source }) => source))
    for (const source of touched) {
      const entry = this.#entries.get(tagId(source.discoveryKey))
      if (entry === undefined) continue
      const read = entry.read.copy()
      for (const taken of gathered.taken) if (taken.source === source) read.add(taken.run)
      await batch.put(coreKey(tagOf(source.discoveryKey)), encodeCore({ ...entry, read }))
    }
  }

  #coreOf({ owner }: SourceCore, namespace: Namespace): SourceCore | null {
    for (const source of this.#sources.values()) {
      if (source.owner === owner && source.namespace === namespace) return source
    }
    return null
  }

  /**
   * Whether the file index of a device may be read: its header must name the blob core that the device has proved to own.
   * Not yet, while the header or the blob core is not here.
   */
  async #isSound(source: SourceCore): Promise<boolean> {
    const known = this.#sound.get(source)
    if (known !== undefined) return known
    const blob = this.#coreOf(source, 'blob')
    if (blob === null || !(await source.core.has(0))) return false
    const sound = (await contentFeedOf(source.core)) === blob.key
    if (!sound)
      this.#logger.warn(
        { core: shortId(source.discoveryKey) },
        'file index refused: it names another blob core'
      )
    this.#sound.set(source, sound)
    return sound
  }
}

export function openBee(core: Hypercore): Hyperbee<Buffer, Buffer> {
  return new Hyperbee(core, { keyEncoding: 'binary', valueEncoding: 'binary', extension: false })
}

/** @returns hex of the blob core that the header of a file index names; null when it names none */
export async function contentFeedOf(core: Hypercore): Promise<string | null> {
  const index = openBee(core.session())
  try {
    const header = await index.getHeader({ wait: false })
    return header?.metadata?.contentFeed?.toString('hex') ?? null
  } catch {
    // Not a header at all.
    return null
  } finally {
    await index.close()
  }
}

function tagId(discoveryKey: DiscoveryKey): string {
  return tagOf(discoveryKey).toString('hex')
}
