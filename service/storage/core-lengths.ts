import type { Logger } from 'pino'
import type { Clock, Timer } from '../clock.ts'
import { WaystationError } from '../errors.ts'
import { shortId, type DiscoveryKey } from '../ids.ts'
import { Resource } from '../resource.ts'
import { readChecked, writeChecked } from './checked-file.ts'
import type { Store } from './store.ts'

/** What a sync adds in this time is promised by the store alone. Longer spares the card, shorter finds more losses. */
const WRITE_DELAY_MS = 30_000

/** Five cores for each of a hundred devices in each of sixteen projects, and some more: half a megabyte of file. */
const MAX_CORES = 10_000

/** How much of a core there is. */
export interface Extent {
  /** Of the whole core, as its owner signed it. */
  length: number
  /** Blocks of it that are stored. */
  held: number
}

/** A core of which less is stored than there was. */
export interface ShortCore {
  discoveryKey: DiscoveryKey
  promised: Extent
  now: Extent
}

/**
 * How much there was of each core, kept outside the database. When a record of its log is damaged, RocksDB opens with what
 * came before it and says nothing; only a second opinion tells such a store from a whole one. An extent is written after it
 * is on the card, so that what is missing at the start is a loss and not a cut.
 */
export class CoreLengths extends Resource<{ 'short-changed': [] }> {
  readonly #path: string
  readonly #store: Store
  readonly #clock: Clock
  readonly #logger: Logger
  readonly #promised = new Map<string, Extent>()
  readonly #short = new Map<string, ShortCore>()
  #areLost = false
  #nextWrite: Timer | null = null
  #writing: Promise<void> = Promise.resolve()

  /** @param parts.path the file */
  constructor(parts: { path: string; store: Store; clock: Clock; logger: Logger }) {
    super()
    this.#path = parts.path
    this.#store = parts.store
    this.#clock = parts.clock
    this.#logger = parts.logger
  }

  /** Cores of which less is stored than there was, until it has come again. */
  get short(): readonly ShortCore[] {
    return [...this.#short.values()]
  }

  /** Whether the file could not be read: what is missing is not known then. */
  get areLost(): boolean {
    return this.#areLost
  }

  /** How much of a core there was on the card, whatever there is now; null when nothing is known of it. */
  promised(discoveryKey: DiscoveryKey): Extent | null {
    return this.#promised.get(discoveryKey) ?? null
  }

  protected override async _open(): Promise<void> {
    try {
      const bytes = await readChecked(this.#path)
      if (bytes !== null) this.#decode(bytes)
    } catch (error) {
      if (!(error instanceof WaystationError && error.code === 'FILE_DAMAGED')) throw error
      this.#areLost = true
      this.#logger.error({ err: error }, 'core lengths are lost: a loss of blocks would go unnoticed')
    }
    await this.#compare()
    this.#store.keepTo((discoveryKey) => this.#promised.get(discoveryKey)?.length ?? 0)
  }

  /** Writes what is still to be written. */
  protected override async _close(): Promise<void> {
    if (this.#nextWrite !== null) this.#writeBehind()
    await this.#writing
  }

  /** Says how much there is of a core now. It need not be on the card yet. */
  note(discoveryKey: DiscoveryKey, now: Extent): void {
    const promised = this.#promised.get(discoveryKey)
    if (promised === undefined && this.#promised.size >= MAX_CORES) return
    const { length, held } = promised ?? { length: 0, held: 0 }
    this.#judge(discoveryKey, now, { length, held })
    if (now.length <= length && now.held <= held) return
    this.#promised.set(discoveryKey, {
      length: Math.max(now.length, length),
      held: Math.max(now.held, held)
    })
    this.#scheduleWrite()
  }

  /** Says that cores are deleted on purpose. When it resolves, no later start takes that for a loss. */
  async forget(discoveryKeys: readonly DiscoveryKey[]): Promise<void> {
    for (const discoveryKey of discoveryKeys) {
      if (this.#short.delete(discoveryKey)) this.emit('short-changed')
      this.#promised.delete(discoveryKey)
    }
    this.#writeBehind()
    await this.#writing
  }

  #decode(bytes: Buffer): void {
    // The digest has proved that these are the bytes that `#write` wrote. Before 0.2 they were lengths alone.
    const stored = JSON.parse(bytes.toString()) as Record<string, number | [length: number, held: number]>
    for (const [discoveryKey, extent] of Object.entries(stored)) {
      const [length, held] = typeof extent === 'number' ? [extent, 0] : extent
      this.#promised.set(discoveryKey, { length, held })
    }
  }

  /** Before anything is replicated, and without opening the cores: of those that are long enough, `note` tells the rest. */
  async #compare(): Promise<void> {
    const promises = [...this.#promised] as [DiscoveryKey, Extent][]
    const stored = await this.#store.cores.getInfos(
      promises.map(([discoveryKey]) => Buffer.from(discoveryKey, 'hex')),
      { auth: false, head: true, hints: false }
    )
    promises.forEach(([discoveryKey, promised], index) => {
      const length = stored[index]?.head?.length ?? 0
      const held = length === 0 ? 0 : promised.held
      this.#judge(discoveryKey, { length, held }, promised)
    })
  }

  #judge(discoveryKey: DiscoveryKey, now: Extent, promised: Extent): void {
    const isShort = now.length < promised.length || now.held < promised.held
    const known = this.#short.get(discoveryKey)
    if (!isShort && known === undefined) return
    if (isShort) this.#short.set(discoveryKey, { discoveryKey, promised, now })
    else this.#short.delete(discoveryKey)
    if (isShort === (known !== undefined)) return
    const core = shortId(discoveryKey)
    if (isShort)
      this.#logger.error(
        { core, promised, now },
        'blocks are missing that were stored: phones bring them again'
      )
    else this.#logger.info({ core, promised }, 'blocks that were missing have come again')
    this.emit('short-changed')
  }

  #scheduleWrite(): void {
    this.#nextWrite ??= this.#clock.after(WRITE_DELAY_MS, () => this.#writeBehind())
  }

  #writeBehind(): void {
    this.#nextWrite?.clear()
    this.#nextWrite = null
    this.#writing = this.#writing.then(() => this.#write())
  }

  async #write(): Promise<void> {
    const entries = [...this.#promised].map(([key, { length, held }]) => [key, [length, held]] as const)
    const bytes = Buffer.from(JSON.stringify(Object.fromEntries(entries)))
    try {
      await this.#store.barrier()
      await writeChecked(this.#path, bytes)
    } catch (err) {
      // The old file stays, and it promises less than there is. The next note tries again.
      this.#logger.error({ err }, 'core lengths were not written')
    }
  }
}
