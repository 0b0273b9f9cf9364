import type { Logger } from 'pino'
import { shortId } from '../ids.ts'
import type { ProjectCore } from '../projects/project-cores.ts'
import type { Projects } from '../projects/projects.ts'
import { Resource } from '../resource.ts'
import { isDamage } from '../storage/damage.ts'
import type { Store } from '../storage/store.ts'
import { heldBlocks } from './blocks-known.ts'
import { TAKE_NOTHING } from './intake.ts'
import type { Sync } from './sync.ts'

/** A block that could not be read. */
interface Lost {
  readonly core: ProjectCore
  readonly index: number
}

/** Where people are told. */
interface Notices {
  raise(code: 'blocks-damaged', about: { count: number }): void
  clear(code: 'blocks-damaged'): void
}

/**
 * Gives up blocks that the card does not give back as they were written, so that phones are asked for them again. RocksDB notices
 * a flipped bit when the block is read, and does not say whose it is: all that is held is read once. Damage that lies elsewhere in the
 * database has it set aside by a new start.
 */
export class BlockRepair extends Resource<{ 'beyond-repair': [] }> {
  readonly #store: Store
  readonly #projects: Projects
  readonly #sync: Sync
  readonly #notices: Notices
  readonly #logger: Logger
  readonly #onUnreadable = () => this.#start()
  readonly #onChanged = () => this.#tell()
  #lost: Lost[] = []
  #repairing: Promise<void> | null = null

  constructor(parts: { store: Store; projects: Projects; sync: Sync; notices: Notices; logger: Logger }) {
    super()
    this.#store = parts.store
    this.#projects = parts.projects
    this.#sync = parts.sync
    this.#notices = parts.notices
    this.#logger = parts.logger
  }

  protected override async _open() {
    this.#store.on('unreadable', this.#onUnreadable)
    this.#sync.on('core-changed', this.#onChanged)
    // Projects that open read which blocks they have.
    if (this.#store.hasUnreadable) this.#start()
  }

  protected override async _close() {
    this.#store.off('unreadable', this.#onUnreadable)
    this.#sync.off('core-changed', this.#onChanged)
    await this.#repairing
  }

  #start(): void {
    this.#repairing ??= this.#repair()
      .catch((err: unknown) => this.#giveUp(err))
      .finally(() => (this.#repairing = null))
  }

  async #repair(): Promise<void> {
    const lost: Lost[] = []
    for (const project of this.#projects.all()) {
      for (const core of project.cores.all()) {
        for (const index of await this.#unreadable(core)) {
          await core.core.clear(index)
          lost.push({ core, index })
        }
      }
    }
    if (this.closing !== null) return
    // Neither is it a block: then it is of what says which blocks there are, or the mirror.
    if (lost.length === 0) throw new Error('What cannot be read is no block of a project')
    for (const { core, index } of lost) {
      this.#logger.error({ core: shortId(core.key), index }, 'a block was damaged: it is asked for again')
    }
    this.#lost.push(...lost)
    this.#tell()
    // Downloads go on from where they are, and do not look back by themselves.
    const { intake } = this.#sync
    this.#sync.admit(TAKE_NOTHING)
    this.#sync.admit(intake)
  }

  async #unreadable({ core }: ProjectCore): Promise<number[]> {
    const indexes: number[] = []
    for (const { start, end } of heldBlocks(core).runs) {
      for (let index = start; index < end && this.closing === null; index++) {
        try {
          await core.get(index, { wait: false, raw: true })
        } catch (error) {
          if (!isDamage(error)) throw error
          indexes.push(index)
        }
      }
    }
    return indexes
  }

  #tell(): void {
    if (this.#lost.length === 0) return
    this.#lost = this.#lost.filter(({ core, index }) => !core.core.core.bitfield.get(index))
    if (this.#lost.length > 0) this.#notices.raise('blocks-damaged', { count: this.#lost.length })
    else this.#notices.clear('blocks-damaged')
  }

  async #giveUp(err: unknown): Promise<void> {
    if (this.closing !== null) return
    this.#logger.error({ err }, 'the database is damaged: the next start sets it aside')
    await this.#store.damaged.condemn()
    this.emit('beyond-repair')
  }
}
