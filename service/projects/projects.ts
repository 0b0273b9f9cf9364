import { join } from 'node:path'
import type { Logger } from 'pino'
import type { Clock } from '../clock.ts'
import { WaystationError } from '../errors.ts'
import type { DeviceIdentity } from '../identity/device-identity.ts'
import { NAMESPACES, shortId, type Namespace, type ProjectId } from '../ids.ts'
import { Resource } from '../resource.ts'
import type { Store } from '../storage/store.ts'
import { projectIdOf } from '../wire/project-keys.ts'
import type { JoinDetails } from './join-details.ts'
import { ProjectVault } from './project-vault.ts'
import { Project } from './project.ts'

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
  #vault: ProjectVault | null = null
  #joining: Promise<unknown> = Promise.resolve()

  /** @param parts.directory the data directory */
  constructor(parts: {
    directory: string
    identity: DeviceIdentity
    store: Store
    hubName: () => string
    clock: Clock
    logger: Logger
  }) {
    super()
    this.#directory = parts.directory
    this.#identity = parts.identity
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
   * Keeps the keys that an invite brought. Durable when it resolves; the project itself is opened by `open`. Keys that are
   * kept already are kept once.
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
    await this.#openVault.save(details)
  }

  /** Opens a project whose keys are kept, and writes there who the hub is. */
  async open(details: JoinDetails): Promise<Project> {
    const opened = this.#joining.then(() => this.#openOnce(details))
    this.#joining = opened.catch(() => {})
    return opened
  }

  /** The hub is called otherwise from now on: writes it into every project, durably. */
  async writeNames(): Promise<void> {
    const written = this.#joining.then(async () => {
      for (const project of this.#projects.values()) await this.#writeName(project)
    })
    this.#joining = written.catch(() => {})
    await written
  }

  protected override async _open() {
    this.#vault = new ProjectVault({
      directory: join(this.#directory, 'keys'),
      key: this.#identity.secretFor('projects')
    })
    try {
      for (const details of await this.#vault.list()) await this.#openOnce(details)
    } catch (error) {
      await this._close()
      throw error
    }
  }

  protected override async _close() {
    await this.#joining
    for (const project of this.#projects.values()) await project.close()
  }

  get #openVault(): ProjectVault {
    if (this.#vault === null) throw new Error('The projects are not open')
    return this.#vault
  }

  async #openOnce(details: JoinDetails): Promise<Project> {
    const id = projectIdOf(details.projectKey)
    const known = this.#projects.get(id)
    if (known !== undefined) return known
    const project = new Project({
      details,
      own: {
        deviceId: this.#identity.deviceId,
        identity: this.#identity.keyPair,
        cores: Object.fromEntries(
          NAMESPACES.map((ns) => [ns, this.#identity.coreKeyPair(ns, details.projectKey)])
        ) as Record<Namespace, { publicKey: Buffer; secretKey: Buffer }>
      },
      store: this.#store,
      outboxPath: (namespace) => join(this.#directory, 'keys', 'outbox', `${id}.${namespace}`),
      memory: this.#openVault.membersOf(id),
      clock: this.#clock,
      logger: this.#logger
    })
    await project.ready()
    try {
      await this.#writeName(project)
    } catch (error) {
      await project.close()
      throw error
    }
    this.#projects.set(id, project)
    this.#logger.info({ project: shortId(id), members: project.members.proven().length }, 'project opened')
    this.emit('opened', project)
    return project
  }

  async #writeName(project: Project): Promise<void> {
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
