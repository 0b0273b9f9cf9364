import type { Logger } from 'pino'
import type { Clock, Timer } from '../clock.ts'
import { WaystationError } from '../errors.ts'
import type { DiscoveryKey } from '../ids.ts'
import { Resource } from '../resource.ts'
import { readChecked, writeChecked } from './checked-file.ts'
import type { Store } from './store.ts'

/** What a sync adds in this time is promised by the store alone. Longer spares the card, shorter finds more losses. */
const WRITE_DELAY_MS = 30_000

/** Five cores for each of a hundred devices in each of sixteen projects, and some more: half a megabyte of file. */
const MAX_CORES = 10_000

/** A core of which less is stored than there was. */
export interface ShortCore {
  discoveryKey: DiscoveryKey
  /** Blocks that there were, on the card. */
  promised: number
  /** Blocks that there are; 0 when the core is not there at all. */
  held: number
}

/**
 * How long each core was, kept outside the database. When a record of its log is damaged, RocksDB opens with what came
 * before it and says nothing; only a second opinion tells such a store from a whole one. A length is written after it is
 * on the card, so that one that is missing at the start is a loss and not a cut.
 */
export class CoreLengths extends Resource {
  readonly #path: string
  readonly #store: Store
  readonly #clock: Clock
  readonly #logger: Logger
  readonly #lengths = new Map<string, number>()
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

  protected override async _open(): Promise<void> {
    try {
      const bytes = await readChecked(this.#path)
      if (bytes === null) return
      // The digest has proved that these are the bytes that `#write` wrote.
      const stored = JSON.parse(bytes.toString()) as Record<string, number>
      for (const [discoveryKey, length] of Object.entries(stored)) this.#lengths.set(discoveryKey, length)
    } catch (error) {
      if (!(error instanceof WaystationError && error.code === 'FILE_DAMAGED')) throw error
      this.#logger.error({ err: error }, 'core lengths are lost: a loss of blocks would go unnoticed')
    }
  }

  /** Writes what is still to be written. */
  protected override async _close(): Promise<void> {
    if (this.#nextWrite !== null) this.#writeBehind()
    await this.#writing
  }

  /** Says that a core has reached a length. It need not be on the card yet. */
  note(discoveryKey: DiscoveryKey, length: number): void {
    const known = this.#lengths.get(discoveryKey)
    if (known === undefined && this.#lengths.size >= MAX_CORES) return
    if (length <= (known ?? 0)) return
    this.#lengths.set(discoveryKey, length)
    this.#scheduleWrite()
  }

  /** Says that a core was deleted on purpose. */
  forget(discoveryKey: DiscoveryKey): void {
    if (this.#lengths.delete(discoveryKey)) this.#scheduleWrite()
  }

  /** Compares with what the store holds, without opening the cores. At the start, before anything is replicated. */
  async compare(): Promise<ShortCore[]> {
    const promises = [...this.#lengths] as [DiscoveryKey, number][]
    const stored = await this.#store.cores.getInfos(
      promises.map(([discoveryKey]) => Buffer.from(discoveryKey, 'hex')),
      { auth: false, head: true, hints: false }
    )
    return promises
      .map(([discoveryKey, promised], index) => ({
        discoveryKey,
        promised,
        held: stored[index]?.head?.length ?? 0
      }))
      .filter(({ promised, held }) => held < promised)
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
    const bytes = Buffer.from(JSON.stringify(Object.fromEntries(this.#lengths)))
    try {
      await this.#store.barrier()
      await writeChecked(this.#path, bytes)
    } catch (err) {
      // The old file stays, and it promises less than there is. The next note tries again.
      this.#logger.error({ err }, 'core lengths were not written')
    }
  }
}
