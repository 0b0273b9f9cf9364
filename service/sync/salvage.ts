import Hypercore from 'hypercore'
import type HypercoreStorage from 'hypercore-storage'
import type { Logger } from 'pino'
import { NAMESPACES, shortId } from '../ids.ts'
import type { ProjectCore } from '../projects/project-cores.ts'
import type { Projects } from '../projects/projects.ts'
import { Resource } from '../resource.ts'
import type { DamagedDatabases } from '../storage/damaged-databases.ts'
import { takeBlock, takeLength } from '../storage/take-block.ts'
import { heldBlocks } from './blocks-known.ts'
import { takesDocuments } from './intake.ts'
import type { Sync } from './sync.ts'

/** Small, and needed before anybody comes: who is a member, and what the hub wrote of itself and must not write otherwise. */
const TAKEN_FIRST: readonly string[] = ['auth', 'config']

/**
 * Takes over what can still be read in a database that was set aside: one damaged page, of a mirror or of anything else, costs
 * that page and no more. Every block is proved by its owner's signature, as if a phone brought it. What is not to be had is left
 * to phones; what there is no room for now is tried again by the next start.
 */
export class Salvage extends Resource {
  readonly #damaged: Pick<DamagedDatabases, 'areKept' | 'openKept'>
  readonly #projects: Projects
  readonly #sync: Sync
  readonly #logger: Logger
  readonly #unlisten: (() => void)[] = []
  #waiting: ProjectCore[] = []
  #working: Promise<void> | null = null
  /** What is taken over may tell of more. */
  readonly #onAdded = (core: ProjectCore) => {
    this.#waiting.push(core)
    if (this.opened) this.#start()
  }

  constructor(parts: {
    damaged: Pick<DamagedDatabases, 'areKept' | 'openKept'>
    projects: Projects
    sync: Sync
    logger: Logger
  }) {
    super()
    this.#damaged = parts.damaged
    this.#projects = parts.projects
    this.#sync = parts.sync
    this.#logger = parts.logger
  }

  /** Resolves when what is needed first is there. The rest follows, while devices exchange. */
  protected override async _open() {
    if (!(await this.#damaged.areKept())) return
    for (const { cores } of this.#projects.known()) {
      cores.on('core-added', this.#onAdded)
      this.#unlisten.push(() => cores.off('core-added', this.#onAdded))
      this.#waiting.push(...cores.all())
    }
    await this.#takeOver(({ namespace }) => TAKEN_FIRST.includes(namespace))
    this.#start()
  }

  protected override async _close() {
    for (const unlisten of this.#unlisten) unlisten()
    await this.#working
  }

  #start(): void {
    this.#working ??= this.#takeOver(() => true)
      .catch((err: unknown) => {
        this.#logger.error({ err }, 'what was set aside is not taken over')
        this.#waiting = []
      })
      .finally(() => {
        this.#working = null
        if (this.#waiting.length > 0) this.#start()
      })
  }

  async #takeOver(isMeant: (core: ProjectCore) => boolean): Promise<void> {
    // Not longer than it takes: a copy that is given up makes room when nobody has it open.
    const databases = await this.#damaged.openKept()
    try {
      for (let core = this.#next(isMeant); core !== undefined; core = this.#next(isMeant)) {
        for (const database of databases) await this.#copyIfReadable(database, core)
      }
    } finally {
      for (const database of databases) await database.closeForGood()
    }
  }

  /** What is small first, as when a phone brings it. */
  #next(isMeant: (core: ProjectCore) => boolean): ProjectCore | undefined {
    if (this.closing !== null) this.#waiting = []
    const next = NAMESPACES.flatMap((namespace) =>
      this.#waiting.filter((core) => core.namespace === namespace && isMeant(core))
    )[0]
    this.#waiting = this.#waiting.filter((core) => core !== next)
    return next
  }

  /** Of some not even which blocks there are can be read. */
  async #copyIfReadable(database: HypercoreStorage, core: ProjectCore): Promise<void> {
    try {
      await this.#copy(database, core)
    } catch (err) {
      this.#logger.warn({ err, core: shortId(core.key) }, 'a core that was set aside cannot be read')
    }
  }

  async #copy(database: HypercoreStorage, projectCore: ProjectCore): Promise<void> {
    const { core, key } = projectCore
    if (!(await database.hasCore(core.discoveryKey))) return
    const source = new Hypercore(database, core.key, { compat: true, writable: false })
    await source.ready()
    let taken = 0
    try {
      await takeLength(source, core)
      for (const { start, end } of heldBlocks(source).runs) {
        for (let index = start; index < end && this.#hasRoomFor(projectCore); index++) {
          const byteLength = await takeBlock(source, core, index)
          if (byteLength === null) continue
          // The library tells of blocks that a peer sent, and not of these.
          core.core.replicator._ondownload(index, byteLength, null)
          taken++
        }
      }
    } finally {
      await source.close()
    }
    if (taken > 0) this.#logger.info({ core: shortId(key), blocks: taken }, 'blocks were taken over')
  }

  #hasRoomFor(core: ProjectCore): boolean {
    const { intake } = this.#sync
    if (this.closing !== null || core.core.closed || intake.isHeldBack(core)) return false
    return core.namespace === 'blob' ? intake.photos === 'all' : takesDocuments(intake, core)
  }
}
