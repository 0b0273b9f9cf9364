import type { Logger } from 'pino'
import type { Clock, Timer } from '../clock.ts'
import { shortId, type DeviceId, type ProjectId } from '../ids.ts'
import type { Peer } from '../peers/peer.ts'
import type { Peers } from '../peers/peers.ts'
import { Turns } from '../peers/turns.ts'
import type { ProjectCore } from '../projects/project-cores.ts'
import type { Project } from '../projects/project.ts'
import type { Projects } from '../projects/projects.ts'
import { Resource } from '../resource.ts'
import type { Store } from '../storage/store.ts'
import { namespacesFor } from './access.ts'
import type { Catalogs } from './core-gaps.ts'
import { FetchOrder } from './fetch-order.ts'
import { TAKE_ALL, type Intake } from './intake.ts'
import type { ProjectSession } from './project-session.ts'
import { ProjectSync } from './project-sync.ts'

/** After something stirred, look this soon: what comes meanwhile is looked at together. */
const LOOK_SOON_MS = 200
/** But not so soon that looking takes more than a twentieth of the time: with many phones on a small board a look is long. */
const LOOK_SHARE = 20
/** While anything is missing somewhere, look this often: devices do not say when they have taken a block in. */
const LOOK_AGAIN_MS = 1_000

/**
 * Devices that hold the key of a project and have no role in it cost most: what they claim must be looked into. An honest one is new
 * or was removed, and they are few; a whole team that is new comes at once.
 */
const STRANGERS_PER_SECOND = 4
const STRANGERS_AT_ONCE = 32

interface SyncEvents {
  'session-started': [session: ProjectSession]
  'session-ended': [session: ProjectSession]
  /** Blocks came to a core since the last look. */
  'core-changed': [core: ProjectCore]
  /** A core has two histories: it is no longer exchanged. The store forgets it; after a restart it is found anew. */
  conflict: [core: ProjectCore]
  /** The hub has a role again in a project that it had left, while these were connected. */
  returned: [peers: readonly Peer[]]
  /** So many bytes of blocks came. They need not be on the card yet. */
  stored: [byteLength: number]
  /** All sessions were counted anew. */
  measured: []
}

/** The broker: every connected device exchanges every project that it is in, through the hub. */
export class Sync extends Resource<SyncEvents> {
  readonly #peers: Peers
  readonly #projects: Projects
  readonly #store: Store
  readonly #clock: Clock
  readonly #logger: Logger
  #intake: Intake = TAKE_ALL
  readonly #strangers: Turns
  readonly #byProject = new Map<ProjectId, ProjectSync>()
  /** The photos of every blob core, over all projects. */
  readonly catalogs: Catalogs = {
    of: (core) => {
      for (const projectSync of this.#byProject.values()) {
        const catalog = projectSync.of(core)
        if (catalog !== undefined) return catalog
      }
      return undefined
    }
  }
  readonly #fetchOrder: FetchOrder
  readonly #onPeer = (peer: Peer) => this.#addPeer(peer)
  readonly #onProject = (project: Project) => void this.#addProject(project)
  #timer: { timer: Timer; dueAt: number } | null = null
  #looking: Promise<void> | null = null
  #soonMs = LOOK_SOON_MS
  #starting: Promise<void> = Promise.resolve()

  constructor(parts: { peers: Peers; projects: Projects; store: Store; clock: Clock; logger: Logger }) {
    super()
    this.#peers = parts.peers
    this.#projects = parts.projects
    this.#store = parts.store
    this.#clock = parts.clock
    this.#logger = parts.logger
    this.#strangers = new Turns({
      clock: parts.clock,
      perSecond: STRANGERS_PER_SECOND,
      atOnce: STRANGERS_AT_ONCE
    })
    this.#fetchOrder = new FetchOrder({ clock: parts.clock, catalogs: this.catalogs })
  }

  /** With whom the projects that the hub is in are exchanged now. */
  sessions(): ProjectSession[] {
    return [...this.#byProject.values()].flatMap((projectSync) =>
      projectSync.project.isDeparted ? [] : projectSync.sessions()
    )
  }

  sessionsWith(deviceId: DeviceId): ProjectSession[] {
    return this.sessions().filter(({ peer }) => peer.deviceId === deviceId)
  }

  /** Whether a device exchanges a project with the hub now, as it does with a hub that it takes for a member. */
  isServedBy(project: Project, peer: Peer): boolean {
    return this.#byProject.get(project.id)?.sessionWith(peer)?.isServed ?? false
  }

  /**
   * Opens a project towards the device through which the hub has just joined. It opened the channel before the hub knew the
   * project, was turned away, and does not try again.
   */
  joinedThrough(project: Project, inviter: Peer): void {
    void this.#addProject(project).then(() => this.#byProject.get(project.id)?.openChannel(inviter))
  }

  /** What is taken in now. */
  get intake(): Intake {
    return this.#intake
  }

  /** From now on takes in this and nothing else. What the hub holds is served all the same. */
  admit(intake: Intake): void {
    this.#intake = intake
    for (const projectSync of this.#byProject.values()) projectSync.admit(intake)
    this.#fetchOrder.update(this.sessions(), intake)
  }

  protected override async _open() {
    this.#projects.on('opened', this.#onProject)
    this.#peers.on('connected', this.#onPeer)
    for (const project of this.#projects.known()) await this.#addProject(project)
    for (const peer of this.#peers.connected.values()) this.#addPeer(peer)
  }

  protected override async _close() {
    this.#projects.off('opened', this.#onProject)
    this.#peers.off('connected', this.#onPeer)
    this.#timer?.timer.clear()
    this.#strangers.stop()
    await this.#starting
    await this.#looking
    this.#fetchOrder.stop()
    for (const projectSync of this.#byProject.values()) await projectSync.close()
  }

  #addPeer(peer: Peer): void {
    for (const projectSync of this.#byProject.values()) projectSync.addPeer(peer)
    peer.on('device-info-changed', () => this.#openToDesktops(peer))
  }

  // Phones open a project's channel when the app has loaded the project. Another hub waits just as this one does, so one
  // of the two must begin; it tells nothing, since a member knows the project.
  #openToDesktops(peer: Peer): void {
    if (peer.info?.deviceType !== 'desktop') return
    for (const projectSync of this.#byProject.values()) {
      // To a project that this one has left, too: that is what the other is to hear.
      if (projectSync.project.members.isActive(peer.deviceId)) projectSync.openChannel(peer)
    }
  }

  #addProject(project: Project): Promise<void> {
    const started = this.#starting.then(async () => {
      if (this.#byProject.has(project.id) || this.closing !== null) return
      const projectSync = new ProjectSync({
        project,
        intake: this.#intake,
        strangers: this.#strangers,
        clock: this.#clock,
        logger: this.#logger
      })
      // Of a project that the hub has left nothing is exchanged but who is in it, and that goes on without a session.
      projectSync.on('session-started', (session) => {
        if (!project.isDeparted) this.emit('session-started', session)
      })
      projectSync.on('session-ended', (session) => {
        if (!project.isDeparted) this.emit('session-ended', session)
      })
      let isReturning = false
      project.on('departing', () => {
        isReturning = false
        const others = this.sessions().filter((session) => session.project !== project)
        this.#fetchOrder.update(others, this.#intake)
        for (const session of projectSync.sessions()) this.emit('session-ended', session)
      })
      project.on('rejoined', () => {
        for (const session of projectSync.sessions()) this.emit('session-started', session)
        isReturning = true
      })
      projectSync.on('core-changed', (core) => this.emit('core-changed', core))
      projectSync.on('conflict', (core) => this.emit('conflict', core))
      projectSync.on('stirred', () => this.#lookWithin(this.#soonMs))
      projectSync.on('stored', (byteLength, core, index) => {
        this.#store.noteWritten(byteLength)
        this.#fetchOrder.noteArrived(core, index)
        this.emit('stored', byteLength)
      })
      project.on('members-changed', () => {
        if (isReturning && namespacesFor(project.ownRole).has('data')) {
          isReturning = false
          const peers = projectSync.sessions().map(({ peer }) => peer)
          this.emit('returned', peers)
        }
        for (const peer of this.#peers.connected.values()) this.#openToDesktops(peer)
      })
      await projectSync.ready()
      this.#byProject.set(project.id, projectSync)
      for (const peer of this.#peers.connected.values()) projectSync.addPeer(peer)
    })
    this.#starting = started.catch((err: unknown) => {
      this.#logger.error({ err, project: shortId(project.id) }, 'a project cannot be exchanged')
    })
    return this.#starting
  }

  #lookWithin(delayMs: number): void {
    if (this.closing !== null) return
    const dueAt = this.#clock.monotonic() + delayMs
    if (this.#timer !== null) {
      if (this.#timer.dueAt <= dueAt) return
      this.#timer.timer.clear()
    }
    this.#timer = { dueAt, timer: this.#clock.after(delayMs, () => this.#startLook()) }
  }

  #startLook(): void {
    this.#timer = null
    if (this.#looking !== null) {
      this.#lookWithin(this.#soonMs)
      return
    }
    this.#looking = this.#look()
      .catch((err: unknown) => this.#logger.error({ err }, 'measuring failed'))
      .finally(() => (this.#looking = null))
  }

  async #look(): Promise<void> {
    const startedAt = this.#clock.monotonic()
    for (const projectSync of this.#byProject.values()) await projectSync.refresh()
    const sessions = this.sessions()
    this.#fetchOrder.update(sessions, this.#intake)
    const tookMs = this.#clock.monotonic() - startedAt
    this.#soonMs = Math.min(Math.max(LOOK_SOON_MS, LOOK_SHARE * tookMs), LOOK_AGAIN_MS)
    // "Up to date" is a promise about the card, and only what two looks agree on is said.
    const settled = sessions.filter((session) => session.phase === 'settled')
    const again = settled.filter((session) => session.settledBefore)
    if (again.length > 0) {
      await this.#store.barrier()
      for (const session of again) session.confirm()
    }
    for (const session of settled) session.settledBefore = true
    this.emit('measured')
    if (this.sessions().some(({ phase }) => phase !== 'up-to-date' && phase !== 'refused')) {
      this.#lookWithin(LOOK_AGAIN_MS)
    }
  }
}
