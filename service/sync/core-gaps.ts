import type { CoreKey, DiscoveryKey } from '../ids.ts'
import type { ProjectCore } from '../projects/project-cores.ts'
import type { Have } from '../wire/have-extension.ts'
import type { BlobCatalog, BlobFile } from './blob-catalog.ts'
import { BlockSet } from './block-set.ts'
import type { RemoteBlocks } from './remote-blocks.ts'
import { NOTHING, photosAmong, plus, type Tally } from './tally.ts'

/** Where the photos of a blob core lie, when the hub can read it. */
export interface Catalogs {
  of(blobCore: ProjectCore): BlobCatalog | undefined
}

interface Gap {
  core: ProjectCore
  /** What the device holds and the hub does not. */
  toHub: BlockSet
  /** What the hub holds, and the device does not and wants. */
  fromHub: BlockSet
}

/** Mean size of a block while nothing of a core is known: a 64 KiB slice of a file, or a document. */
const USUAL_BLOB_BLOCK_BYTES = 65_536
const USUAL_BLOCK_BYTES = 400

/** Of a device that has not said what it leaves out. */
export const everything = (): boolean => true

/** What is missing on each side of one session, core by core. Only what may have changed is counted again. */
export class CoreGaps {
  readonly #catalogs: Catalogs
  readonly #gaps = new Map<CoreKey, Gap>()
  readonly #stale = new Set<CoreKey>()
  /** What the device held of each core at the last count. */
  readonly #measured = new Map<CoreKey, BlockSet>()
  readonly #unknown = new Map<DiscoveryKey, BlockSet>()
  /** Which files the device wants; all of them until it says otherwise. */
  wanted: (file: BlobFile) => boolean = everything

  constructor(parts: { catalogs: Catalogs }) {
    this.#catalogs = parts.catalogs
  }

  /** Nothing is missing on either side, as far as both have told. */
  get isEmpty(): boolean {
    return this.#gaps.size === 0 && this.#unknown.size === 0 && this.#stale.size === 0
  }

  /** The gaps of blob cores: what the fetch order chooses from. */
  blobsToHub(): { core: ProjectCore; blocks: BlockSet }[] {
    return [...this.#gaps.values()]
      .filter(({ core, toHub }) => core.namespace === 'blob' && !toHub.isEmpty)
      .map(({ core, toHub }) => ({ core, blocks: toHub }))
  }

  /** The cores of which the device holds what the hub lacks. */
  coresToHub(): ProjectCore[] {
    return [...this.#gaps.values()].filter(({ toHub }) => !toHub.isEmpty).map(({ core }) => core)
  }

  /** How many blocks other than photos the device holds and the hub does not. */
  get documentBlocksToHub(): number {
    let blocks = 0
    for (const { core, toHub } of this.#gaps.values()) if (core.namespace !== 'blob') blocks += toHub.size
    return blocks
  }

  get toHub(): Tally {
    return this.#tally((gap) => gap.toHub)
  }

  get fromHub(): Tally {
    return this.#tally((gap) => gap.fromHub)
  }

  /** What the device held of a core at the last count; undefined while it was never counted. */
  heldByDevice(core: ProjectCore): BlockSet | undefined {
    return this.#measured.get(core.key)
  }

  markStale(core: ProjectCore): void {
    this.#stale.add(core.key)
    this.#unknown.delete(core.discoveryKey)
  }

  forget(core: ProjectCore): void {
    this.#gaps.delete(core.key)
    this.#stale.delete(core.key)
    this.#measured.delete(core.key)
  }

  /** The device holds blocks of a core that the hub has not been told of yet: the two sets are not the same. */
  noteUnknownCore(have: Have, remote: RemoteBlocks): void {
    const key = have.discoveryKey.toString('hex') as DiscoveryKey
    const blocks = remote.of(key, undefined)
    if (blocks.isEmpty) this.#unknown.delete(key)
    else this.#unknown.set(key, blocks)
  }

  /** Counts one core again if it may have changed: marked, never counted, or not equal the last time. */
  measure(core: ProjectCore, held: BlockSet, remoteBlocks: () => BlockSet): void {
    if (!this.#stale.has(core.key) && this.#measured.has(core.key) && !this.#gaps.has(core.key)) return
    const remote = remoteBlocks()
    const toHub = remote.minus(held)
    const fromHub = this.#ofInterest(core, held.minus(remote))
    if (toHub.isEmpty && fromHub.isEmpty) this.#gaps.delete(core.key)
    else this.#gaps.set(core.key, { core, toHub, fromHub })
    this.#stale.delete(core.key)
    this.#measured.set(core.key, remote)
    this.#unknown.delete(core.discoveryKey)
  }

  #ofInterest(core: ProjectCore, blocks: BlockSet): BlockSet {
    const catalog = core.namespace === 'blob' ? this.#catalogs.of(core) : undefined
    // A locked hub cannot tell what a device that chooses would choose: the device asks for it by itself.
    if (core.namespace === 'blob' && core.reader === null && this.wanted !== everything) return BlockSet.empty
    if (catalog === undefined || blocks.isEmpty) return blocks
    return blocks.minus(catalog.blocksOf((file) => !this.wanted(file)))
  }

  #tally(side: (gap: Gap) => BlockSet): Tally {
    let total = NOTHING
    for (const gap of this.#gaps.values()) total = plus(total, this.#tallyOf(gap.core, side(gap)))
    return total
  }

  #tallyOf(core: ProjectCore, missing: BlockSet): Tally {
    const blocks = missing.size
    const isBlob = core.namespace === 'blob'
    const { length, byteLength } = core.core
    const usual = isBlob ? USUAL_BLOB_BLOCK_BYTES : USUAL_BLOCK_BYTES
    const catalog = isBlob ? this.#catalogs.of(core) : undefined
    return {
      documents: core.namespace === 'data' ? blocks : 0,
      photos: !isBlob || blocks === 0 ? 0 : catalog === undefined ? null : photosAmong(catalog, missing),
      blocks,
      bytes: Math.round(blocks * (length > 0 ? byteLength / length : usual))
    }
  }
}
