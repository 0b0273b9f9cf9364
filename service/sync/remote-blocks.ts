import type Hypercore from 'hypercore'
import type { DiscoveryKey } from '../ids.ts'
import type { Have } from '../wire/have-extension.ts'
import { BlockSet } from './block-set.ts'
import { blocksOfPeer, blocksOfWords } from './blocks-known.ts'

/** Cores that one device may tell of in one project. 200 members have 1,000 cores. */
export const MAX_CORES_TOLD_OF = 5_000
/** Runs of blocks that are remembered of it over all cores: some 10 MB of memory at worst. */
export const MAX_RUNS_TOLD_OF = 200_000
/** The same while it has no role: all places of one address taken by such devices come to 32 MB. */
export const MAX_RUNS_OF_STRANGER = 20_000

/**
 * What one device holds of each core of a project. CoMapeo peer protocol: that is what it said ahead (`mapeo/have`) or what
 * it said on the core's own channel; phones judge us by the same rule.
 */
export class RemoteBlocks {
  readonly #toldAhead = new Map<DiscoveryKey, BlockSet>()
  /** What it had said on channels that it has closed, as the app does for all data when its person presses Stop. */
  readonly #saidBefore = new Map<DiscoveryKey, BlockSet>()
  #runs = 0

  /** The words of a message overwrite those told before, so that a device can take back what it has deleted. */
  tell(have: Have, maxRuns = MAX_RUNS_TOLD_OF): void {
    const key = have.discoveryKey.toString('hex') as DiscoveryKey
    const before = this.#toldAhead.get(key)
    if (before === undefined && this.#toldAhead.size >= MAX_CORES_TOLD_OF) return
    const covered = BlockSet.of([{ start: have.start, end: have.start + have.words.length * 32 }])
    const saidBefore = this.#saidBefore.get(key)
    if (saidBefore !== undefined) this.#keep(this.#saidBefore, key, saidBefore.minus(covered), maxRuns)
    const kept = (before ?? BlockSet.empty).minus(covered)
    this.#keep(this.#toldAhead, key, kept.union(blocksOfWords(have.start, have.words)), maxRuns)
  }

  /**
   * The device closed its end of a core. It holds what it held, and what it then takes it cannot take from the hub.
   * @param held what it had said there
   */
  noteClosed(discoveryKey: DiscoveryKey, held: BlockSet, maxRuns = MAX_RUNS_TOLD_OF): void {
    this.forgetClosed(discoveryKey)
    this.#keep(this.#saidBefore, discoveryKey, held, maxRuns)
  }

  /** The device may have deleted what it held: of one core, or of all. */
  forgetClosed(discoveryKey?: DiscoveryKey): void {
    for (const key of discoveryKey === undefined ? this.#saidBefore.keys() : [discoveryKey]) {
      this.#runs -= this.#saidBefore.get(key)?.runs.length ?? 0
      this.#saidBefore.delete(key)
    }
  }

  /** @param channel the device's end of that core, when it has opened it */
  of(discoveryKey: DiscoveryKey, channel: Hypercore.Peer | undefined): BlockSet {
    const told = this.#toldAhead.get(discoveryKey) ?? BlockSet.empty
    const said =
      channel === undefined ? (this.#saidBefore.get(discoveryKey) ?? BlockSet.empty) : blocksOfPeer(channel)
    return told.union(said)
  }

  #keep(where: Map<DiscoveryKey, BlockSet>, key: DiscoveryKey, blocks: BlockSet, maxRuns: number): void {
    const runs = this.#runs - (where.get(key)?.runs.length ?? 0) + blocks.runs.length
    if (runs > maxRuns) return
    this.#runs = runs
    where.set(key, blocks)
  }
}
