import type Hypercore from 'hypercore'
import type { Clock } from '../clock.ts'
import type { CoreKey } from '../ids.ts'
import type { ProjectCore } from '../projects/project-cores.ts'
import type { BlobCatalog, BlobFile } from './blob-catalog.ts'
import { BlockSet } from './block-set.ts'
import type { Catalogs } from './core-gaps.ts'
import { TAKE_ALL, type Intake } from './intake.ts'
import type { ProjectSession } from './project-session.ts'
import { fileAt } from './tally.ts'

/** What the hub fetches, in this order: small things before large ones. */
const STAGES = ['documents', 'thumbnails', 'previews', 'everything'] as const
type Stage = (typeof STAGES)[number]

/** How far the order of photos goes. */
const PHOTO_STAGES = {
  all: STAGES.slice(1),
  small: STAGES.slice(1, 3),
  none: []
} as const satisfies Record<Intake['photos'], readonly Stage[]>

/**
 * A stage that is not finished and does not move for this long no longer holds back the next: a phone that claims blocks
 * and does not deliver them must not stop the photos of the others.
 */
export const STALLED_MS = 3_000

interface Progress {
  /** Blocks that devices claim to have of this stage. */
  readonly missing: number
  /** Blocks of it that had come. */
  readonly arrived: number
  /** When one last came, or the stage began; by the monotonic clock. */
  readonly movedAt: number
  /** How many had come when the stage last began. */
  readonly begunAt: number
}

const NOTHING_YET: Progress = { missing: 0, arrived: 0, movedAt: -Infinity, begunAt: -1 }

/** Blocks asked for by name at a time, per core. Enough to keep a phone busy until the next look. */
const MAX_BLOCKS_AT_ONCE = 1_024

/**
 * Decides which photos the hub asks for. Documents are small and always under way; as long as they move, photos wait, and
 * originals wait for thumbnails and previews. That is the hub's side only: what phones ask of the hub is their own order.
 */
export class FetchOrder {
  readonly #clock: Clock
  readonly #catalogs: Catalogs
  readonly #downloads = new Map<CoreKey, { stage: Stage; download: Hypercore.Download }>()
  readonly #progress = new Map<Stage, Progress>()
  /** Blocks of each stage that have come since the start. */
  readonly #arrived = new Map<Stage, number>()

  constructor(parts: { clock: Clock; catalogs: Catalogs }) {
    this.#clock = parts.clock
    this.#catalogs = parts.catalogs
  }

  /** Looks again at what connected devices offer, and starts and stops downloads accordingly. */
  update(sessions: Iterable<ProjectSession>, intake: Intake = TAKE_ALL): void {
    let documents = 0
    const offered = new Map<ProjectCore, BlockSet>()
    for (const { gaps } of sessions) {
      documents += gaps.documentBlocksToHub
      for (const { core, blocks } of gaps.blobsToHub()) {
        if (intake.isHeldBack(core)) continue
        offered.set(core, (offered.get(core) ?? BlockSet.empty).union(blocks))
      }
    }
    const holdsBack = this.#note('documents', documents)
    const byStage = (stage: Stage) =>
      new Map([...offered].map(([core, blocks]) => [core, this.#choose(core, blocks, stage)]))
    const wanted = new Map<CoreKey, { core: ProjectCore; stage: Stage; blocks: BlockSet }>()
    let heldBack = holdsBack
    for (const stage of PHOTO_STAGES[intake.photos]) {
      if (heldBack) break
      const chosen = byStage(stage)
      let missing = 0
      for (const [core, blocks] of chosen) {
        missing += blocks.size
        // What an earlier stage still lacks of this core has stalled; asked for with the rest it may come yet.
        if (!blocks.isEmpty) wanted.set(core.key, { core, stage, blocks })
      }
      heldBack = this.#note(stage, missing)
    }
    this.#apply(wanted)
  }

  /** A block has come. */
  noteArrived(core: ProjectCore, index: number): void {
    const stage = core.namespace === 'blob' ? stageOf(this.#catalogs.of(core), index) : 'documents'
    this.#arrived.set(stage, (this.#arrived.get(stage) ?? 0) + 1)
  }

  stop(): void {
    for (const { download } of this.#downloads.values()) download.destroy()
    this.#downloads.clear()
  }

  /**
   * Only what comes is movement, not what is claimed: a device that takes its claims back and makes them again would hold
   * the photos of everybody else for as long as it likes. For the same reason a stage that begins anew is not waited for a
   * second time when nothing has come since the first.
   * @returns whether this stage is unfinished and moving, so that the later ones wait
   */
  #note(stage: Stage, missing: number): boolean {
    const now = this.#clock.monotonic()
    const arrived = this.#arrived.get(stage) ?? 0
    const before = this.#progress.get(stage) ?? NOTHING_YET
    const begins = missing > 0 && before.missing === 0 && before.begunAt !== arrived
    const movedAt = begins || arrived !== before.arrived ? now : before.movedAt
    this.#progress.set(stage, { missing, arrived, movedAt, begunAt: begins ? arrived : before.begunAt })
    return missing > 0 && now - movedAt < STALLED_MS
  }

  #choose(core: ProjectCore, offered: BlockSet, stage: Stage): BlockSet {
    if (stage === 'everything') return offered
    const variant = stage === 'thumbnails' ? 'thumbnail' : 'preview'
    const blocks = this.#catalogs.of(core)?.blocksOf((file: BlobFile) => file.variant === variant)
    return blocks === undefined ? BlockSet.empty : blocks.intersection(offered)
  }

  #apply(wanted: Map<CoreKey, { core: ProjectCore; stage: Stage; blocks: BlockSet }>): void {
    for (const [key, { stage, download }] of this.#downloads) {
      if (wanted.get(key)?.stage === stage) continue
      download.destroy()
      this.#downloads.delete(key)
    }
    for (const [key, { core, stage, blocks }] of wanted) {
      // A download of everything goes on by itself; one of named blocks is renewed until there are none left.
      if (stage === 'everything' && this.#downloads.has(key)) continue
      this.#downloads.get(key)?.download.destroy()
      const range = stage === 'everything' ? { start: 0, end: -1, linear: true } : { blocks: firstOf(blocks) }
      this.#downloads.set(key, { stage, download: core.core.download(range) })
    }
  }
}

function stageOf(catalog: BlobCatalog | undefined, block: number): Stage {
  switch (fileAt(catalog?.files ?? [], block)?.variant) {
    case 'thumbnail':
      return 'thumbnails'
    case 'preview':
      return 'previews'
    default:
      return 'everything'
  }
}

function firstOf(blocks: BlockSet): number[] {
  const indexes: number[] = []
  for (const { start, end } of blocks.runs) {
    for (let index = start; index < end; index++) {
      if (indexes.length === MAX_BLOCKS_AT_ONCE) return indexes
      indexes.push(index)
    }
  }
  return indexes
}
