import type Hypercore from 'hypercore'
import type Protomux from 'protomux'
import type { Logger } from 'pino'
import type { Clock } from '../clock.ts'
import { shortId, type CoreKey } from '../ids.ts'
import type { Peer } from '../peers/peer.ts'
import type { Turns } from '../peers/turns.ts'
import type { ProjectCore } from '../projects/project-cores.ts'
import type { Project } from '../projects/project.ts'
import type { UnprovenCore } from '../projects/unproven-cores.ts'
import { Resource } from '../resource.ts'
import { Attachments, attachWhenOpened } from './attachments.ts'
import { BlobCatalog } from './blob-catalog.ts'
import type { BlockSet } from './block-set.ts'
import { heldBlocks } from './blocks-known.ts'
import { TAKE_ALL, takesDocuments, type Intake } from './intake.ts'
import type { Catalogs } from './core-gaps.ts'
import { ProjectExtensions } from './project-extensions.ts'
import { ProjectSession } from './project-session.ts'
import { tellLength } from './tell-length.ts'

interface ProjectSyncEvents {
  'session-started': [session: ProjectSession]
  'session-ended': [session: ProjectSession]
  /** Blocks came, went or were told of: look again soon. */
  stirred: []
  /** A core has two histories: it is no longer exchanged. The store forgets it; after a restart it is found anew. */
  conflict: [core: ProjectCore]
  /** Blocks came to a core since the last refresh. */
  'core-changed': [core: ProjectCore]
  /** This many bytes of blocks were written to the store. */
  stored: [byteLength: number, core: ProjectCore, index: number]
}

/** Everyone who exchanges one project: offers its cores to each, and passes on what one brings to the others. */
export class ProjectSync extends Resource<ProjectSyncEvents> implements Catalogs {
  readonly project: Project
  readonly #strangers: Pick<Turns, 'turn'>
  readonly #clock: Clock
  readonly #logger: Logger
  readonly #peers = new Map<Protomux, Peer>()
  readonly #sessions = new Map<Protomux, ProjectSession>()
  readonly #attachments = new Map<Protomux, Attachments>()
  readonly #catalogs = new Map<CoreKey, BlobCatalog>()
  readonly #downloads = new Map<ProjectCore, Hypercore.Download>()
  readonly #changed = new Set<ProjectCore>()
  /** File indexes of which not all that is here was read. */
  readonly #unread = new Set<ProjectCore>()
  readonly #unlisten: (() => void)[] = []
  readonly #unlistenCore = new Map<ProjectCore, (() => void)[]>()
  readonly #extensions: ProjectExtensions
  #intake: Intake

  /** @param parts.strangers when devices without a role may begin, over all projects */
  constructor(parts: {
    project: Project
    intake?: Intake
    strangers: Pick<Turns, 'turn'>
    clock: Clock
    logger: Logger
  }) {
    super()
    this.project = parts.project
    this.#intake = parts.intake ?? TAKE_ALL
    this.#strangers = parts.strangers
    this.#clock = parts.clock
    this.#logger = parts.logger.child({ project: shortId(parts.project.id) })
    const sessionOf = (peer: Hypercore.Peer) => this.#sessions.get(peer.protomux)
    this.#extensions = new ProjectExtensions({
      creatorCore: parts.project.creatorCore.core,
      logger: this.#logger,
      handlers: {
        onAuthCoreKeys: (keys, peer) => {
          const deviceId = this.#peers.get(peer.protomux)?.deviceId
          if (deviceId !== undefined) this.project.considerAuthCores(keys, deviceId)
        },
        onHave: (have, peer) => {
          sessionOf(peer)?.onHave(have)
          this.emit('stirred')
        },
        onDownloadIntent: (intent, peer) => sessionOf(peer)?.onDownloadIntent(intent)
      }
    })
  }

  sessions(): readonly ProjectSession[] {
    return [...this.#sessions.values()]
  }

  sessionWith(peer: Peer): ProjectSession | undefined {
    return this.#sessions.get(peer.mux)
  }

  /** The photos in a blob core, in the order in which its owner wrote them. */
  of(blobCore: ProjectCore): BlobCatalog | undefined {
    return this.#catalogs.get(blobCore.key)
  }

  /** Is ready to exchange the project with a device, and says nothing until the device opens the project's channel. */
  addPeer(peer: Peer): void {
    if (this.#peers.has(peer.mux)) return
    const { core } = this.project.creatorCore
    const attachments = new Attachments(peer.mux)
    this.#peers.set(peer.mux, peer)
    this.#attachments.set(peer.mux, attachments)
    void peer.closed.then(() => this.#removePeer(peer))
    attachWhenOpened(peer.mux, core, async () => {
      const isMember = this.project.members.isActive(peer.deviceId)
      if (isMember || (await this.#strangers.turn(peer.address, peer.closed))) attachments.attach(core)
    })
  }

  /** Opens the channel ourselves. To a device that is not known to be in the project it would tell that the hub is. */
  openChannel(peer: Peer): void {
    this.#attachments.get(peer.mux)?.attach(this.project.creatorCore.core)
  }

  /** From now on takes in this and nothing else. What a device has already been asked for may still come. */
  admit(intake: Intake): void {
    this.#intake = intake
    for (const core of this.project.cores.all()) this.#fetch(core)
  }

  /** Tells of what has changed since the last time, reads new file indexes, and counts what is missing. */
  async refresh(): Promise<void> {
    const { project } = this
    const changed = [...this.#changed]
    this.#changed.clear()
    for (const core of changed) {
      if (project.cores.get(core.key) !== core) continue // the hub has left meanwhile
      if (core.core.closed) continue // the library closes one with two histories: all of it is still there
      this.emit('core-changed', core)
      tellLength(core.core)
      if (core.namespace === 'blobIndex') this.#unread.add(core)
    }
    await this.#readCatalogs()
    const held = new Map<ProjectCore, BlockSet>()
    const heldOf = (core: ProjectCore) => {
      const known = held.get(core) ?? heldBlocks(core.core)
      held.set(core, known)
      return known
    }
    for (const session of this.#sessions.values()) {
      for (const core of changed) {
        if (project.cores.get(core.key) === core) session.onHeldChanged(core, heldOf(core))
      }
      session.measure(heldOf)
    }
  }

  protected override async _open() {
    const { project } = this
    this.#on(project.creatorCore.core, 'peer-add', (channel: Hypercore.Peer) => this.#opened(channel))
    this.#on(project.creatorCore.core, 'peer-remove', (channel: Hypercore.Peer) => this.#closed(channel))
    this.#on(project.cores, 'core-added', (core: ProjectCore) => this.#addCore(core))
    this.#on(project.cores, 'core-removed', (core: ProjectCore) => this.#removeCore(core))
    this.#on(project, 'members-changed', () => this.#refreshSessions())
    this.#on(project, 'unlocked', () => this.#readAllCatalogs())
    this.#on(project, 'locked', () => this.#forgetCatalogs())
    this.#on(project.unproven, 'opened', (core: UnprovenCore, namedBy: string) => {
      for (const session of this.#sessions.values()) {
        if (session.peer.deviceId === namedBy) session.offerUnproven(core.core)
      }
    })
    this.#on(project.unproven, 'closing', (core: UnprovenCore) => {
      for (const session of this.#sessions.values()) session.withdrawUnproven(core.core)
    })
    for (const core of project.cores.all()) this.#addCore(core)
  }

  protected override async _close() {
    for (const unlisten of [...this.#unlisten, ...[...this.#unlistenCore.values()].flat()]) unlisten()
    for (const download of this.#downloads.values()) download.destroy()
    for (const attachments of this.#attachments.values()) attachments.detachAll()
    for (const session of this.#sessions.values()) this.#end(session)
    this.#sessions.clear()
  }

  #on<Args extends unknown[]>(
    emitter: { on(event: never, listener: never): unknown; off(event: never, listener: never): unknown },
    event: string,
    listener: (...args: Args) => void,
    unlisten = this.#unlisten
  ): void {
    emitter.on(event as never, listener as never)
    unlisten.push(() => emitter.off(event as never, listener as never))
  }

  #addCore(core: ProjectCore): void {
    const changed = () => {
      this.#changed.add(core)
      this.emit('stirred')
    }
    const unlisten: (() => void)[] = []
    this.#unlistenCore.set(core, unlisten)
    const on = <Args extends unknown[]>(event: string, listener: (...args: Args) => void) =>
      this.#on(core.core, event, listener, unlisten)
    on('append', changed)
    on('peer-remove', (channel: Hypercore.Peer) =>
      this.#sessions.get(channel.protomux)?.onClosed(core, channel)
    )
    on('download', (index: number, byteLength: number, from: Hypercore.Peer | null) => {
      this.emit('stored', byteLength, core, index)
      const session = from === null ? undefined : this.#sessions.get(from.protomux)
      session?.traffic.received(core, index, byteLength)
      session?.peer.place.moved()
      session?.gaps.markStale(core) // what was said to be on the card is said no more
      changed()
    })
    on('upload', (index: number, byteLength: number, to: Hypercore.Peer) => {
      const session = this.#sessions.get(to.protomux)
      // Phones ask for blocks of their own file index, too. To them these are no news.
      if (core.owner !== session?.peer.deviceId) session?.traffic.sent(core, index, byteLength)
      session?.peer.place.moved()
      session?.gaps.markStale(core)
      this.emit('stirred')
    })
    on('conflict', () => {
      this.#logger.error({ core: shortId(core.key) }, 'a core has two histories: it is no longer exchanged')
      this.emit('conflict', core)
    })
    this.#fetch(core)
    this.#changed.add(core)
    this.#refreshSessions()
  }

  /** The hub has left: every session has let go of the core already, for what may be exchanged then. */
  #removeCore(core: ProjectCore): void {
    for (const unlisten of this.#unlistenCore.get(core) ?? []) unlisten()
    this.#unlistenCore.delete(core)
    this.#downloads.get(core)?.destroy()
    this.#downloads.delete(core)
    this.#changed.delete(core)
    this.#unread.delete(core)
    this.#catalogs.delete(core.key)
  }

  // Everything but photos is small and wanted at once. Photos have an order of their own: see FetchOrder.
  #fetch(core: ProjectCore): void {
    if (core.namespace === 'blob') return
    const download = this.#downloads.get(core)
    if (!takesDocuments(this.#intake, core)) {
      download?.destroy()
      this.#downloads.delete(core)
    } else if (download === undefined) {
      this.#downloads.set(core, core.core.download({ start: 0, end: -1 }))
    }
  }

  #refreshSessions(): void {
    for (const session of this.#sessions.values()) session.refresh()
    this.emit('stirred')
  }

  #readAllCatalogs(): void {
    for (const core of this.project.cores.all()) {
      if (core.namespace === 'blobIndex') this.#unread.add(core)
    }
    this.emit('stirred')
  }

  #forgetCatalogs(): void {
    this.#catalogs.clear()
    for (const session of this.#sessions.values()) {
      for (const core of this.project.cores.all()) {
        if (core.namespace === 'blob') session.gaps.markStale(core)
      }
    }
    this.emit('stirred')
  }

  async #readCatalogs(): Promise<void> {
    for (const index of this.#unread) {
      const blob = index.owner === null ? undefined : this.project.cores.of(index.owner, 'blob')
      if (blob === undefined) continue // it is being opened, and then somebody looks again
      this.#unread.delete(index)
      if (index.core.closed) continue
      const catalog = this.#catalogs.get(blob.key) ?? new BlobCatalog({ index, logger: this.#logger })
      this.#catalogs.set(blob.key, catalog)
      if (await catalog.refresh()) for (const session of this.#sessions.values()) session.gaps.markStale(blob)
    }
  }

  #opened(channel: Hypercore.Peer): void {
    const peer = this.#peers.get(channel.protomux)
    const attachments = this.#attachments.get(channel.protomux)
    if (peer === undefined || attachments === undefined) return
    const known = this.#sessions.get(channel.protomux)
    if (known !== undefined) {
      known.restart(channel)
      return
    }
    const session = new ProjectSession({
      project: this.project,
      peer,
      channel,
      attachments,
      extensions: this.#extensions,
      catalogs: this,
      clock: this.#clock
    })
    this.#sessions.set(channel.protomux, session)
    session.start()
    this.emit('session-started', session)
    this.emit('stirred')
  }

  #closed(channel: Hypercore.Peer): void {
    this.#sessions.get(channel.protomux)?.pause()
    this.emit('stirred')
  }

  #removePeer(peer: Peer): void {
    this.#peers.delete(peer.mux)
    this.#attachments.delete(peer.mux)
    this.project.unproven.forget(peer.deviceId)
    const session = this.#sessions.get(peer.mux)
    if (session === undefined) return
    this.#sessions.delete(peer.mux)
    this.#end(session)
  }

  #end(session: ProjectSession): void {
    session.end()
    this.emit('session-ended', session)
    this.emit('stirred')
  }
}
