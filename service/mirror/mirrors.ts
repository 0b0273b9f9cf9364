import type Hypercore from 'hypercore'
import type { Logger } from 'pino'
import type { Clock } from '../clock.ts'
import { WaystationError } from '../errors.ts'
import { shortId, type CoreKey, type ProjectId } from '../ids.ts'
import { Resource } from '../resource.ts'
import { deleteCore } from '../storage/delete-core.ts'
import { generateLedgerKeys, isLedgerKeys, type KeyFile, type LedgerKeys } from '../storage/ledger-keys.ts'
import { openPrivateCore } from '../storage/private-core.ts'
import type { Store } from '../storage/store.ts'
import { Mirror } from './mirror.ts'
import type { MirrorSource } from './source.ts'

interface Opened {
  readonly mirror: Mirror
  core: Hypercore
  /** One is made anew at a time: settles when nobody makes it anew any more. */
  rebuilding: Promise<void>
}

/** The mirrors of all projects: opens each with its own keys, and makes one anew when asked to or when it is of no use. */
export class Mirrors extends Resource<{ changed: [projectId: ProjectId] }> {
  readonly #store: Store
  readonly #keyFile: (projectId: ProjectId) => KeyFile
  readonly #clock: Clock
  readonly #logger: Logger
  readonly #opened = new Map<ProjectId, Opened>()

  constructor(parts: {
    store: Store
    keyFile: (projectId: ProjectId) => KeyFile
    clock: Clock
    logger: Logger
  }) {
    super()
    this.#store = parts.store
    this.#keyFile = parts.keyFile
    this.#clock = parts.clock
    this.#logger = parts.logger
  }

  /** @throws PROJECT_NOT_FOUND when that project has no open mirror */
  get(projectId: ProjectId): Mirror {
    return this.#get(projectId).mirror
  }

  /** Undefined while the mirror of a project that was just joined is being opened. */
  find(projectId: ProjectId): Mirror | undefined {
    return this.#opened.get(projectId)?.mirror
  }

  async add(projectId: ProjectId, source: MirrorSource): Promise<void> {
    const stored = await this.#keyFile(projectId).read()
    const keys = isLedgerKeys(stored) ? stored : await this.#newKeys(projectId)
    try {
      await this.#open(projectId, source, keys)
    } catch (error) {
      if (!(error instanceof WaystationError && error.code === 'MIRROR_OUTDATED')) throw error
      this.#logger.info({ project: shortId(projectId) }, 'mirror of another version is made anew')
      await deleteCore(this.#store, await this.#openCore(keys))
      await this.#open(projectId, source, await this.#newKeys(projectId))
    }
  }

  /** Makes a mirror anew from the cores. Resolves when it has taken the place of the old one. */
  async rebuild(projectId: ProjectId): Promise<void> {
    const opened = this.#get(projectId)
    const rebuilt = opened.rebuilding.then(() => this.#rebuild(opened, projectId))
    opened.rebuilding = rebuilt.catch(() => {}) // whoever asked for it is told
    await rebuilt
  }

  async #rebuild(opened: Opened, projectId: ProjectId): Promise<void> {
    const keys = generateLedgerKeys()
    const core = await this.#openCore(keys)
    try {
      await opened.mirror.rebuild(core)
    } catch (error) {
      await deleteCore(this.#store, core)
      throw error
    }
    await this.#store.barrier()
    await this.#keyFile(projectId).write(keys)
    const old = opened.core
    opened.core = core
    await deleteCore(this.#store, old)
  }

  /** Closes every mirror: their keys are to be forgotten. They are added again when those are at hand. */
  async closeAll(): Promise<void> {
    for (const projectId of this.#opened.keys()) await this.closeOne(projectId)
  }

  /**
   * Closes the mirror of one project.
   * @returns the key of the core that it lies in; null when none is open
   */
  async closeOne(projectId: ProjectId): Promise<CoreKey | null> {
    const opened = this.#opened.get(projectId)
    await opened?.mirror.close()
    // It ends with the mirror that it is for, and may have put another core in the place of the old one.
    await opened?.rebuilding
    await opened?.core.close()
    this.#opened.delete(projectId)
    this.emit('changed', projectId)
    return opened === undefined ? null : (opened.core.key.toString('hex') as CoreKey)
  }

  protected override async _close() {
    await this.closeAll()
  }

  #get(projectId: ProjectId): Opened {
    const opened = this.#opened.get(projectId)
    if (opened === undefined) throw new WaystationError('PROJECT_NOT_FOUND')
    return opened
  }

  async #open(projectId: ProjectId, source: MirrorSource, keys: LedgerKeys): Promise<void> {
    const core = await this.#openCore(keys)
    const mirror = new Mirror({ projectId, core, source, clock: this.#clock, logger: this.#logger })
    try {
      await mirror.ready()
    } catch (error) {
      await core.close()
      throw error
    }
    mirror.on('indexed', () => this.emit('changed', projectId))
    mirror.on('current', () => this.emit('changed', projectId))
    this.#opened.set(projectId, { mirror, core, rebuilding: Promise.resolve() })
  }

  async #newKeys(projectId: ProjectId): Promise<LedgerKeys> {
    const keys = generateLedgerKeys()
    await this.#keyFile(projectId).write(keys)
    return keys
  }

  async #openCore(keys: LedgerKeys): Promise<Hypercore> {
    return openPrivateCore(this.#store, keys)
  }
}
