import { join } from 'node:path'
import type { Logger } from 'pino'
import type { Clock } from '../clock.ts'
import { WaystationError } from '../errors.ts'
import type { DeviceIdentity, KeyPair } from '../identity/device-identity.ts'
import { NAMESPACES, shortId, type CoreKey, type Namespace, type ProjectId } from '../ids.ts'
import { Resource } from '../resource.ts'
import type { CoreLengths } from '../storage/core-lengths.ts'
import type { Store } from '../storage/store.ts'
import { projectIdOf, projectInviteIdOf } from '../wire/project-keys.ts'
import { Departures } from './departures.ts'
import type { JoinDetails, ProjectKeys } from './join-details.ts'
import type { ProjectVault } from './project-vault.ts'
import { keysOf, Project } from './project.ts'
import { RESTORED_FILE, RestoredProjects } from './restored-projects.ts'
import type { Role } from './role.ts'

/** A hub serves a region, not the world; every project costs memory for its members' cores. */
export const MAX_PROJECTS = 16

/** Projects that were left stay open for `auth`, so that whoever comes later hears of it. Those left longest ago go. */
export const MAX_DEPARTED = 16

interface ProjectsEvents {
  /** A project is there, whether the hub is in it or has left it. */
  opened: [project: Project]
  /** The hub is in a project, for the first time or again. */
  joined: [project: Project]
  left: [project: Project]
}

/** The projects that the hub is in, and those that it has left. */
export class Projects extends Resource<ProjectsEvents> {
  readonly #directory: string
  readonly #identity: DeviceIdentity
  readonly #store: Store
  readonly #hubName: () => string
  readonly #clock: Clock
  readonly #logger: Logger
  readonly #projects = new Map<ProjectId, Project>()
  readonly #vault: ProjectVault
  readonly #departures: Departures
  readonly #restored: RestoredProjects
  #locked = true
  #joining: Promise<unknown> = Promise.resolve()
  #freeing: Promise<void> = Promise.resolve()

  /**
   * @param parts.directory the data directory
   * @param parts.eraseSecrets the keys by which what the hub holds of a project can be read
   */
  constructor(parts: {
    directory: string
    identity: DeviceIdentity
    vault: ProjectVault
    store: Store
    lengths: Pick<CoreLengths, 'forget'>
    eraseSecrets: (projectId: ProjectId) => Promise<void>
    hubName: () => string
    clock: Clock
    logger: Logger
  }) {
    super()
    this.#directory = parts.directory
    this.#identity = parts.identity
    this.#vault = parts.vault
    this.#restored = new RestoredProjects(join(parts.directory, RESTORED_FILE))
    this.#store = parts.store
    this.#hubName = parts.hubName
    this.#clock = parts.clock
    this.#logger = parts.logger
    this.#departures = new Departures(parts)
  }

  /** Those that the hub is in. */
  all(): readonly Project[] {
    return this.known().filter((project) => !project.isDeparted)
  }

  /** Those that it has left, too. */
  known(): readonly Project[] {
    return [...this.#projects.values()]
  }

  /** One that the hub is in. */
  find(id: ProjectId): Project | undefined {
    const project = this.#projects.get(id)
    return project?.isDeparted === false ? project : undefined
  }

  /** The project that an invite is to. The keys of one that the hub has left must be the same when it is invited again. */
  invitedTo(projectInviteId: Buffer): Project | undefined {
    return this.known().find(({ keys }) => projectInviteIdOf(keys.projectKey).equals(projectInviteId))
  }

  /**
   * One that the hub is in.
   * @throws PROJECT_NOT_FOUND
   */
  get(id: ProjectId): Project {
    const project = this.find(id)
    if (project === undefined) throw new WaystationError('PROJECT_NOT_FOUND')
    return project
  }

  /**
   * Keeps the keys that an invite brought, also while the hub is locked. Durable when it resolves; the project itself is
   * opened by `open`. Keys that are kept already are kept once; those of a project that the hub has left are kept anew.
   * @throws JOIN_FAILED when the hub is in {@link MAX_PROJECTS} projects
   */
  async keep(details: JoinDetails): Promise<void> {
    await this.#inTurn(async () => {
      if (this.find(projectIdOf(details.projectKey)) !== undefined) return
      if (this.all().length >= MAX_PROJECTS) {
        throw new WaystationError(
          'JOIN_FAILED',
          `This hub is in ${MAX_PROJECTS} projects, which is the most it takes`
        )
      }
      const former = await this.#keptKeys(details.projectKey)
      await this.#vault.save(details, former?.ownCores)
    })
  }

  /** Opens a project whose keys are kept, and writes there who the hub is: at once, or when the hub is unlocked. */
  async open({ projectKey }: Pick<JoinDetails, 'projectKey'>): Promise<Project> {
    return this.#inTurn(async () => {
      const known = this.#projects.get(projectIdOf(projectKey))
      if (known?.isDeparted === false) return known
      const keys = await this.#keptKeys(projectKey)
      if (keys === undefined) throw new WaystationError('PROJECT_NOT_FOUND')
      const project = known === undefined ? await this.#open(keys) : await this.#rejoin(known, keys)
      this.emit('joined', project)
      return project
    })
  }

  /**
   * Why the hub does not leave a project now, if it does not.
   * @throws PROJECT_NOT_FOUND, HUB_LOCKED, LAST_COORDINATOR, PROJECT_RESTORED
   */
  assertMayLeave(id: ProjectId): void {
    const { members, ownRole } = this.get(id)
    // Who has left is said by the hub's own hand.
    if (this.#locked) throw new WaystationError('HUB_LOCKED')
    if (this.#restored.has(id)) throw new WaystationError('PROJECT_RESTORED')
    const others = members
      .proven()
      .filter((deviceId) => deviceId !== this.#identity.deviceId && members.isActive(deviceId))
      .map((deviceId) => members.roleOf(deviceId))
    const coordinates = (role: Role) => role === 'creator' || role === 'coordinator'
    if (others.length > 0 && coordinates(ownRole) && !others.some(coordinates))
      throw new WaystationError('LAST_COORDINATOR')
  }

  /**
   * Leaves a project: tells its members, and deletes what the hub holds of it. When it resolves, that is decided for good,
   * and done as far as it can be: what fails is done again at the next start.
   * @param mirrorKey of the core of its mirror, which is closed
   * @throws what `assertMayLeave` throws; then nothing has happened
   */
  async leave(id: ProjectId, mirrorKey: CoreKey | null): Promise<void> {
    await this.#inTurn(async () => {
      this.assertMayLeave(id)
      const project = this.get(id)
      await this.#departures.begin(project, { at: this.#clock.now(), mirrorKey })
      this.emit('left', project)
      await this.#depart(project)
    })
  }

  /** Begins to read the documents of every project, and of those that are joined from now on. */
  async unlock(): Promise<void> {
    await this.#inTurn(async () => {
      this.#locked = false
      for (const project of this.all()) {
        // Keys of one project that are damaged keep nobody from the others.
        await this.#unlock(project).catch((err: unknown) =>
          this.#logger.error({ err, project: shortId(project.id) }, 'a project cannot be unlocked')
        )
      }
      for (const project of this.known()) if (project.isDeparted) await this.#depart(project)
    })
  }

  /** Forgets what was unlocked. The mirrors are closed before. */
  async lock(): Promise<void> {
    await this.#inTurn(async () => {
      this.#locked = true
      for (const project of this.all()) await project.lock()
    })
  }

  /** The hub is called otherwise from now on: writes it into every project, durably. */
  async writeNames(): Promise<void> {
    const written = this.#joining.then(async () => {
      for (const project of this.all()) await this.#writeName(project)
    })
    this.#joining = written.catch(() => {})
    await written
  }

  /** Whether the hub writes nothing into a project, because it came back from a backup and no member was here since. */
  isRestored(id: ProjectId): boolean {
    return this.#restored.has(id)
  }

  /** A member has given back what it held of a restored project: the hub writes there again what there is to write. */
  async confirmRestored(id: ProjectId): Promise<void> {
    await this.#inTurn(async () => {
      if (!this.#restored.has(id)) return
      await this.#restored.confirm(id)
      this.#logger.info({ project: shortId(id) }, 'a restored project is whole again')
      const project = this.find(id)
      if (project !== undefined && !this.#locked) await this.#writeName(project)
    })
  }

  protected override async _open() {
    try {
      await this.#restored.load()
      for (const keys of await this.#keysToOpen()) await this.#open(keys)
    } catch (error) {
      await this._close()
      throw error
    }
  }

  protected override async _close() {
    await this.#joining
    await this.#freeing
    for (const project of this.#projects.values()) await project.close()
  }

  #inTurn<T>(act: () => Promise<T>): Promise<T> {
    const done = this.#joining.then(act)
    this.#joining = done.catch(() => {})
    return done
  }

  async #keptKeys(projectKey: Buffer): Promise<ProjectKeys | undefined> {
    return (await this.#vault.list()).find((kept) => kept.projectKey.equals(projectKey))
  }

  /** All but those that were left so long ago that there are too many after them. */
  async #keysToOpen(): Promise<ProjectKeys[]> {
    const all = await this.#vault.list()
    const done = all
      .filter(({ departure }) => departure?.isTold && departure.isErased)
      .sort((a, b) => (b.departure?.at ?? 0) - (a.departure?.at ?? 0))
      .slice(MAX_DEPARTED)
    for (const keys of done) await this.#departures.forget(keys)
    return all.filter((keys) => !done.includes(keys))
  }

  /** Goes as far with leaving a project as it can be gone now. */
  async #depart(project: Project): Promise<void> {
    const failed = (err: unknown) =>
      this.#logger.error({ err, project: shortId(project.id) }, 'leaving goes on at the next start')
    try {
      if (!this.#locked) {
        await this.#departures.tell(project, this.#identity.coreKeyPair('auth', project.keys.projectKey))
      }
    } catch (error) {
      failed(error)
    }
    try {
      await this.#departures.erase(project)
      this.#freeing = this.#freeing.then(() => this.#departures.free(project)).catch(failed)
    } catch (error) {
      failed(error)
    }
  }

  async #rejoin(project: Project, keys: ProjectKeys): Promise<Project> {
    await project.rejoin(keys)
    if (!this.#locked) await this.#unlock(project)
    this.#logger.info({ project: shortId(project.id) }, 'a project that the hub had left is joined again')
    return project
  }

  async #open(keys: ProjectKeys): Promise<Project> {
    const id = projectIdOf(keys.projectKey)
    const project = new Project({
      keys,
      own: { deviceId: this.#identity.deviceId, identity: this.#identity.keyPair },
      store: this.#store,
      outboxPath: (namespace) => join(this.#directory, 'keys', 'outbox', `${id}.${namespace}`),
      memory: this.#vault.membersOf(id),
      clock: this.#clock,
      logger: this.#logger
    })
    await project.ready()
    try {
      if (project.isDeparted) await this.#depart(project)
      else if (!this.#locked) await this.#unlock(project)
    } catch (error) {
      await project.close()
      throw error
    }
    this.#projects.set(id, project)
    this.#logger.info({ project: shortId(id), members: project.members.proven().length }, 'project opened')
    this.emit('opened', project)
    return project
  }

  async #unlock(project: Project): Promise<void> {
    const { keys } = project
    const coreKeyPairs = Object.fromEntries(
      NAMESPACES.map((ns) => [ns, this.#identity.coreKeyPair(ns, keys.projectKey)])
    ) as Record<Namespace, KeyPair>
    if (keys.ownCores === null) {
      const known = { ...keys, ownCores: keysOf(coreKeyPairs) }
      await this.#vault.saveKeys(known)
      project.keysAre(known)
    }
    await project.unlock({ secrets: await this.#vault.secretsOf(project.id), coreKeyPairs })
    await this.#writeName(project)
  }

  async #writeName(project: Project): Promise<void> {
    if (this.#restored.has(project.id)) {
      this.#logger.info(
        { project: shortId(project.id) },
        'restored: nothing is written before a member was here'
      )
      return
    }
    try {
      await project.writeName(this.#hubName())
    } catch (err) {
      if (!(err instanceof WaystationError && err.code === 'CORE_SHORT')) throw err
      // Phones hold what is missing, and it comes back only from them: the hub must serve to get it.
      this.#logger.error(
        { err, project: shortId(project.id) },
        'own core lacks blocks: nothing written to it'
      )
    }
  }
}
