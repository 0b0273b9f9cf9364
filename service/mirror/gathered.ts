import Hyperbee from 'hyperbee'
import type Hypercore from 'hypercore'
import type { BlockRun } from './block-ranges.ts'
import { readablePart } from './block-sizes.ts'
import { parseFileLocation, parseFilePath } from './file-entry.ts'
import type { FileChanges } from './file-changes.ts'
import { Cards } from './cards.ts'
import { ContentChanges } from './contents.ts'
import { countingDocument } from './counting-document.ts'
import type { SourceCore } from './source.ts'
import { MAX_BLOCKS, tagOf } from './version-ref.ts'

/**
 * Most blocks in one batch. Every batch rewrites the pages that its documents fall in: with 100,000 observations, 16,384 make
 * the mirror write 1,240 bytes for each, 32,768 make it 950. The bytes below bound the memory.
 */
const MAX_BATCH_BLOCKS = 32_768
/** Most bytes of document blocks in one batch: a batch is written at once, from memory. */
const MAX_BATCH_BYTES = 16 * 1024 * 1024

/**
 * Blocks of a core that are read at the same time. Measured from a store on disk: 58 µs a block one by one, 11 at 16, 6 at
 * 64, no better beyond.
 */
const READ_AHEAD = 64

/** Most bytes that are read at the same time, but for a single block that has more. */
const MAX_READ_BYTES = 4 * 1024 * 1024

/** Blocks that have been read from the cores for one batch. */
export class Gathered {
  readonly cards = new Cards()
  readonly contents = new ContentChanges()
  readonly taken: { source: SourceCore; run: BlockRun }[] = []
  /** Blocks of blob cores that are here since the last batch; nobody reads them. */
  readonly arrived: { source: SourceCore; run: BlockRun }[] = []
  readonly #files: FileChanges
  #blocks = 0
  #bytes = 0

  constructor(files: FileChanges) {
    this.#files = files
  }

  get isFull(): boolean {
    return this.#blocks >= MAX_BATCH_BLOCKS || this.#bytes >= MAX_BATCH_BYTES
  }

  get isEmpty(): boolean {
    return this.taken.length === 0
  }

  /** Takes as much of the run as fits. */
  async take(source: SourceCore, { start, end }: BlockRun): Promise<void> {
    const run = { start, end: Math.min(end, MAX_BLOCKS) }
    if (run.end <= run.start) return
    switch (source.namespace) {
      case 'auth':
      case 'config':
      case 'data':
        return this.#takeInParts(source, run, (part) => this.#takeDocuments(source, part))
      case 'blobIndex':
        return this.#takeInParts(source, run, (part) => this.#takeFileEntries(source, part))
      case 'blob':
        this.arrived.push({ source, run })
        this.taken.push({ source, run })
    }
  }

  async #takeInParts(
    source: SourceCore,
    { start, end }: BlockRun,
    take: (part: BlockRun) => Promise<void>
  ): Promise<void> {
    for (let position = start; position < end && !this.isFull;) {
      const part = await readablePart(source.core, { start: position, end }, MAX_READ_BYTES)
      await take(part)
      // What was known of no size is counted as it would be at worst.
      this.#bytes += Math.min(part.byteLength, MAX_BATCH_BYTES)
      position = part.end
    }
  }

  async #takeDocuments(source: SourceCore, { start, end }: BlockRun): Promise<void> {
    const discoveryKey = Buffer.from(source.discoveryKey, 'hex')
    const tag = tagOf(source.discoveryKey).toString('hex')
    let position = start
    let ahead = readBlocks(source.core, start, Math.min(READ_AHEAD, end - start))
    while (position < end && !this.isFull) {
      const blocks = await ahead
      const next = position + blocks.length
      // The disk works on the next blocks while these are decoded.
      ahead = readBlocks(source.core, next, Math.min(READ_AHEAD, end - next))
      let first = position
      for (const [n, block] of blocks.entries()) {
        if (block === null) {
          this.#took(source, { start: first, end: position + n })
          first = position + n + 1
          continue
        }
        const counting = countingDocument(source, discoveryKey, position + n, block)
        if (counting === null) continue
        this.cards.add(counting.document, counting.links)
        this.contents.add(tag, position + n, block)
      }
      this.#took(source, { start: first, end: next })
      position = next
    }
    await ahead
  }

  /**
   * Reads each block by itself and never walks the tree that the blocks form: what its author made of the tree cannot lead
   * anywhere. The highest block about a file is the one that counts, as in the tree.
   */
  async #takeFileEntries(source: SourceCore, { start, end }: BlockRun): Promise<void> {
    const driveTag = tagOf(source.discoveryKey)
    const index = new Hyperbee<Buffer, Buffer>(source.core.session(), {
      keyEncoding: 'binary',
      valueEncoding: 'binary',
      extension: false
    })
    try {
      for (let position = start; position < end && !this.isFull; position += READ_AHEAD) {
        const count = Math.min(READ_AHEAD, end - position)
        const entries = await Promise.all(
          Array.from({ length: count }, (_, n) => entryAt(index, position + n))
        )
        for (const [n, entry] of entries.entries()) {
          const path = entry === null ? null : parseFilePath(entry.key)
          if (entry === null || path === null) continue
          const location = entry.value === null ? null : parseFileLocation(entry.value)
          if (entry.value === null || location !== null)
            this.#files.tell(driveTag, path, { seq: position + n, location })
        }
        this.#took(source, { start: position, end: position + count })
      }
    } finally {
      await index.close()
    }
  }

  #took(source: SourceCore, run: BlockRun): void {
    if (run.end === run.start) return
    this.#blocks += run.end - run.start
    this.taken.push({ source, run })
  }
}

/**
 * In one read of the store, and without waiting for the network. The library reads each block by itself, in a task of the
 * thread pool of its own. A block that has gone meanwhile is null.
 */
async function readBlocks(core: Hypercore, start: number, count: number): Promise<(Buffer | null)[]> {
  if (count === 0) return []
  const reading = core.state.storage.read()
  const blocks = Array.from({ length: count }, (_, n) => reading.getBlock(start + n))
  reading.tryFlush()
  return Promise.all(blocks.map(async (block, n) => decrypted(core, start + n, await block)))
}

async function decrypted(core: Hypercore, index: number, block: Buffer | null): Promise<Buffer | null> {
  if (block === null || core.encryption === null) return block
  await core.encryption.decrypt(index, block, core.core)
  return block.subarray(core.encryption.padding(core.core, index))
}

async function entryAt(
  index: Hyperbee<Buffer, Buffer>,
  seq: number
): Promise<{ key: Buffer; value: Buffer | null } | null> {
  // The header of the index: the indexer checks it before anything else is read.
  if (seq === 0) return null
  try {
    return await index.getBySeq(seq, { wait: false })
  } catch {
    // Not an entry at all, whatever its author meant by it.
    return null
  }
}
