import { join } from 'node:path'
import type { Logger } from 'pino'
import type { Clock } from '../clock.ts'
import { WaystationError } from '../errors.ts'
import type { DeviceIdentity, KeyPair } from '../identity/device-identity.ts'
import { NAMESPACES, shortId, type Namespace, type ProjectId } from '../ids.ts'
import { Resource } from '../resource.ts'
import type { Store } from '../storage/store.ts'
import { projectIdOf } from '../wire/project-keys.ts'
import type { JoinDetails, ProjectKeys } from './join-details.ts'
import type { ProjectVault } from './project-vault.ts'
import { keysOf, Project } from './project.ts'
import { RESTORED_FILE, RestoredProjects } from './restored-projects.ts'

/** A hub serves a region, not the world; every project costs memory for its members' cores. */
export const MAX_PROJECTS = 16

interface ProjectsEvents {
  opened: [project: Project]
}

/** The projects that the hub is in. */
export class Projects extends Resource<ProjectsEvents> {
  readonly #directory: string
  readonly #identity: DeviceIdentity
  readonly #store: Store
  readonly #hubName: () => string
  readonly #clock: Clock
  readonly #logger: Logger
  readonly #projects = new Map<ProjectId, Project>()
  readonly #vault: ProjectVault
  readonly #restored: RestoredProjects
  #locked = true
  #joining: Promise<unknown> = Promise.resolve()

  /** @param parts.directory the data directory */
  constructor(parts: {
    directory: string
    identity: DeviceIdentity
    vault: ProjectVault
    store: Store
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
  }

  all(): readonly Project[] {
    return [...this.#projects.values()]
  }

  find(id: ProjectId): Project | undefined {
    return this.#projects.get(id)
  }

  /** @throws PROJECT_NOT_FOUND */
  get(id: ProjectId): Project {
    const project = this.#projects.get(id)
    if (project === undefined) throw new WaystationError('PROJECT_NOT_FOUND')
    return project
  }

  /**
   * Keeps the keys that an invite brought, also while the hub is locked. Durable when it resolves; the project itself is
   * opened by `open`. Keys that are kept already are kept once.
   * @throws JOIN_FAILED when the hub is in {@link MAX_PROJECTS} projects
   */
  async keep(details: JoinDetails): Promise<void> {
    if (this.#projects.has(projectIdOf(details.projectKey))) return
    if (this.#projects.size >= MAX_PROJECTS) {
      throw new WaystationError(
        'JOIN_FAILED',
        `This hub is in ${MAX_PROJECTS} projects, which is the most it takes`
      )
    }
    await this.#vault.save(details)
  }

  /** Opens a project whose keys are kept, and writes there who the hub is: at once, or when the hub is unlocked. */
  async open({ projectKey }: Pick<JoinDetails, 'projectKey'>): Promise<Project> {
    return this.#inTurn(async () => {
      const known = this.#projects.get(projectIdOf(projectKey))
      if (known !== undefined) return known
      const keys = (await this.#vault.list()).find((kept) => kept.projectKey.equals(projectKey))
      if (keys === undefined) throw new WaystationError('PROJECT_NOT_FOUND')
      return this.#open(keys)
    })
  }

  /** Begins to read the documents of every project, and of those that are joined from now on. */
  async unlock(): Promise<void> {
    await this.#inTurn(async () => {
      this.#locked = false
      for (const project of this.#projects.values()) {
        // Keys of one project that are damaged keep nobody from the others.
        await this.#unlock(project).catch((err: unknown) =>
          this.#logger.error({ err, project: shortId(project.id) }, 'a project cannot be unlocked')
        )
      }
    })
  }

  /** Forgets what was unlocked. The mirrors are closed before. */
  async lock(): Promise<void> {
    await this.#inTurn(async () => {
      this.#locked = true
      for (const project of this.#projects.values()) await project.lock()
    })
  }

  /** The hub is called otherwise from now on: writes it into every project, durably. */
  async writeNames(): Promise<void> {
    const written = this.#joining.then(async () => {
      for (const project of this.#projects.values()) await this.#writeName(project)
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
      const project = this.#projects.get(id)
      if (project !== undefined && !this.#locked) await this.#writeName(project)
    })
  }

  protected override async _open() {
    try {
      await this.#restored.load()
      for (const keys of await this.#vault.list()) await this.#open(keys)
    } catch (error) {
      await this._close()
      throw error
    }
  }

  protected override async _close() {
    await this.#joining
    for (const project of this.#projects.values()) await project.close()
  }

  #inTurn<T>(act: () => Promise<T>): Promise<T> {
    const done = this.#joining.then(act)
    this.#joining = done.catch(() => {})
    return done
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
      if (!this.#locked) await this.#unlock(project)
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
    if (keys.ownCores === null) await this.#vault.saveKeys({ ...keys, ownCores: keysOf(coreKeyPairs) })
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
