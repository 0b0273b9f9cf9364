import { EventEmitter } from 'node:events'
import type Hypercore from 'hypercore'
import type { Clock } from '../clock.ts'
import type { CoreKey, DiscoveryKey, Namespace } from '../ids.ts'
import type { Peer } from '../peers/peer.ts'
import type { ProjectCore } from '../projects/project-cores.ts'
import type { Project } from '../projects/project.ts'
import type { DownloadIntent } from '../wire/download-intent-extension.ts'
import type { Have } from '../wire/have-extension.ts'
import { mayLearnNewMembers, mayReceivePreHaves, namespacesFor } from './access.ts'
import { Attachments } from './attachments.ts'
import type { BlockSet } from './block-set.ts'
import { blocksOfPeer, heldBlocks, segmentsOf } from './blocks-known.ts'
import { CoreGaps, everything, type Catalogs } from './core-gaps.ts'
import type { ProjectExtensions } from './project-extensions.ts'
import { MAX_RUNS_OF_STRANGER, MAX_RUNS_TOLD_OF, RemoteBlocks } from './remote-blocks.ts'
import { Traffic } from './traffic.ts'
import { wants } from './wanted-files.ts'

/** The hub keeps full copies: it tells phones that it will fetch every size of every photo. */
const OWN_INTENT: DownloadIntent = { everything: true, variants: new Map() }

/** A device that moved a block this recently is exchanging, whatever else it waits for. */
const MOVING_MS = 3_000

/**
 * How far one device is with one project:
 * - `proving`: it holds the project key, and what it may do is not known (yet)
 * - `refused`: it was removed or has left
 * - `waiting`: something is missing on a side and nothing moves; in the app somebody has to press Start
 * - `exchanging`: blocks move
 * - `settled`: each side holds all that it wants of the other
 * - `up-to-date`: settled, and what the hub took in is on its card
 */
export type SessionPhase = 'proving' | 'refused' | 'waiting' | 'exchanging' | 'settled' | 'up-to-date'

/**
 * One device exchanging one project with the hub. It begins when the device opens the channel of the creator core, which
 * proves that it holds the project key, and decides from the device's role what replicates over the connection.
 */
export class ProjectSession extends EventEmitter<{ 'attached-changed': [] }> {
  readonly project: Project
  readonly peer: Peer
  readonly traffic: Traffic
  readonly #attachments: Attachments
  readonly #extensions: ProjectExtensions
  readonly #clock: Clock
  readonly #remote = new RemoteBlocks()
  readonly #gaps: CoreGaps
  readonly #keysTold = new Set<CoreKey>()
  readonly #unprovenOffered = new Set<Hypercore>()
  #channel: Hypercore.Peer
  #heard = false
  #wantsEverything: boolean | null = null
  #confirmed = false
  #ended = false
  /** Whether the last count found nothing missing either. */
  settledBefore = false
  /** What the device will ask for; everything, until it says otherwise. */
  #intent: DownloadIntent = OWN_INTENT

  constructor(parts: {
    project: Project
    peer: Peer
    /** The device's end of the creator core. */
    channel: Hypercore.Peer
    attachments: Attachments
    extensions: ProjectExtensions
    catalogs: Catalogs
    clock: Clock
  }) {
    super()
    this.project = parts.project
    this.peer = parts.peer
    this.#channel = parts.channel
    this.#attachments = parts.attachments
    this.#extensions = parts.extensions
    this.#clock = parts.clock
    this.traffic = new Traffic({ clock: parts.clock, catalogs: parts.catalogs })
    this.#gaps = new CoreGaps({ catalogs: parts.catalogs })
  }

  get role() {
    return this.project.members.roleOf(this.peer.deviceId)
  }

  /** What may replicate with this device now. A hub that was itself removed exchanges nothing but `auth`. */
  get access(): ReadonlySet<Namespace> {
    const own = this.project.ownRole
    // The table for a removed device is also what a removed hub may still exchange.
    return namespacesFor(own === 'blocked' || own === 'left' ? own : this.role)
  }

  get phase(): SessionPhase {
    if (this.role === 'blocked' || this.role === 'left') return 'refused'
    if (!this.access.has('data') || !this.#heard) return 'proving'
    if (this.#gaps.isEmpty) return this.#confirmed ? 'up-to-date' : 'settled'
    const moved = this.traffic.lastMovedAt
    return moved !== null && this.#clock.monotonic() - moved < MOVING_MS ? 'exchanging' : 'waiting'
  }

  /** Which files the device will ever ask for. */
  get intent(): DownloadIntent {
    return this.#intent
  }

  get gaps(): CoreGaps {
    return this.#gaps
  }

  /** What it said that it fetches; null until it did, and then it fetches everything. */
  get wantsEverything(): boolean | null {
    return this.#wantsEverything
  }

  /** Whether the device itself opened anything beyond `auth`, which it does for a hub that it takes for a member. */
  get isServed(): boolean {
    return this.project.cores
      .all()
      .some(({ namespace, core }) => namespace === 'config' && this.#attachments.remoteOf(core) !== undefined)
  }

  /**
   * Whether something that the device holds does not come because the library has given up asking for it: it pauses a peer
   * for good when a block could not be written, and tells nobody.
   */
  get isStalled(): boolean {
    return this.#gaps.coresToHub().some(({ core }) => {
      // A core with two histories is frozen, and no new connection helps it.
      const isExchanged = !core.closed && !core.core.header.frozen
      return isExchanged && this.#attachments.remoteOf(core)?.paused === true
    })
  }

  /** Greets the device: who is in the project, what the hub will fetch, and what it has. */
  start(): void {
    this.#extensions.sendDownloadIntent(OWN_INTENT, this.#channel)
    this.refresh()
  }

  /** The device closed the creator core and opened it again, as the app does when it loads the project anew. */
  restart(channel: Hypercore.Peer): void {
    this.#channel = channel
    this.#keysTold.clear()
    this.#remote.forgetClosed()
    const known = this.project.cores.all().filter(({ core }) => this.#attachments.has(core))
    this.start()
    // It has forgotten what it was told ahead; of cores that are attached only now it is told by that.
    for (const core of known) if (this.#attachments.has(core.core)) this.#tellHeld(core)
  }

  /** The device closed the creator core: its app shows another project, or none. */
  pause(): void {
    this.#heard = false
  }

  /** Follows a change of roles or of the cores that there are: attaches, announces or takes away the difference. */
  refresh(): void {
    if (this.#ended || this.peer.isHangingUp) return
    const access = this.access
    if (access.has('data')) {
      this.peer.recogniseAsMember()
      if (!this.peer.place.take(this.project.id, this.project.cores.all().length)) return
    }
    this.#announceMembers()
    for (const core of this.project.cores.all()) {
      if (!access.has(core.namespace)) {
        this.#attachments.detach(core.core)
        this.#remote.forgetClosed(core.discoveryKey)
        this.#gaps.forget(core)
      } else if (!this.#attachments.has(core.core)) {
        this.#attachments.attach(core.core)
        this.#tellHeld(core)
      }
    }
    this.emit('attached-changed')
  }

  /** Replicates a core that nobody has proved to be theirs, with the device that named it and with nobody else. */
  offerUnproven(core: Hypercore): void {
    if (this.#ended) return
    this.#unprovenOffered.add(core)
    this.#attachments.attach(core)
  }

  withdrawUnproven(core: Hypercore): void {
    if (this.#unprovenOffered.delete(core)) this.#attachments.detach(core)
  }

  /** The device closed its end of a core, and not because the hub did. */
  onClosed(core: ProjectCore, channel: Hypercore.Peer): void {
    if (!this.#attachments.has(core.core)) return
    this.#remote.noteClosed(core.discoveryKey, blocksOfPeer(channel), this.#maxRuns)
  }

  get #maxRuns(): number {
    return this.peer.isMember ? MAX_RUNS_TOLD_OF : MAX_RUNS_OF_STRANGER
  }

  onHave(have: Have): void {
    this.#heard = true
    this.#remote.tell(have, this.#maxRuns)
    const core = this.project.cores.byDiscoveryKey(have.discoveryKey.toString('hex') as DiscoveryKey)
    if (core !== undefined) this.#gaps.markStale(core)
    else if (have.namespace !== 'auth') this.#gaps.noteUnknownCore(have, this.#remote)
  }

  onDownloadIntent(intent: DownloadIntent): void {
    this.#wantsEverything = intent.everything
    this.#intent = intent
    this.#gaps.wanted = intent.everything ? everything : (file) => wants(intent, file)
    for (const core of this.project.cores.all()) this.#gaps.markStale(core)
  }

  /** Says what the hub now holds of a core, unless the core's own channel says it by itself. */
  onHeldChanged(core: ProjectCore, held: BlockSet): void {
    if (!this.access.has(core.namespace)) return
    this.#gaps.markStale(core)
    const channelTellsAll =
      this.#attachments.remoteOf(core.core) !== undefined && core.core.contiguousLength === core.core.length
    if (!channelTellsAll) this.#tellHeld(core, held)
  }

  /** Counts anew what is missing on each side. */
  measure(heldOf: (core: ProjectCore) => BlockSet): void {
    // What changed since the last count may have come and gone between two counts: it is not on the card for that.
    this.#doubtUnlessEqual()
    const access = this.access
    for (const core of this.project.cores.all()) {
      if (!access.has(core.namespace)) continue
      this.#gaps.measure(core, heldOf(core), () =>
        this.#remote.of(core.discoveryKey, this.#attachments.remoteOf(core.core))
      )
    }
    this.#doubtUnlessEqual()
  }

  /** What was settled is durable now. */
  confirm(): void {
    this.#confirmed = this.#gaps.isEmpty
  }

  /** Leaves the connection as it would be without this project. */
  end(): void {
    this.#ended = true
    this.peer.place.take(this.project.id, 0)
    for (const core of this.project.cores.all()) this.#attachments.detach(core.core)
    for (const core of this.#unprovenOffered) this.#attachments.detach(core)
  }

  #doubtUnlessEqual(): void {
    if (this.#gaps.isEmpty) return
    this.#confirmed = false
    this.settledBefore = false
  }

  // CoMapeo devices announce the keys once, when the channel opens. A hub in a star that did the same would leave behind
  // everyone who connected before somebody joined, so it announces whenever a member was proved.
  #announceMembers(): void {
    if (!mayLearnNewMembers(this.role)) return
    const keys = this.project.members.announceableAuthKeys()
    if (keys.every((key) => this.#keysTold.has(key))) return
    for (const key of keys) this.#keysTold.add(key)
    this.#extensions.sendAuthCoreKeys(
      keys.map((key) => Buffer.from(key, 'hex')),
      this.#channel
    )
  }

  #tellHeld(core: ProjectCore, held = heldBlocks(core.core)): void {
    if (!mayReceivePreHaves(this.role, core.namespace)) return
    const { discoveryKey } = core.core
    for (const { start, words } of segmentsOf(held)) {
      this.#extensions.sendHave({ discoveryKey, start, words, namespace: core.namespace }, this.#channel)
    }
  }
}
