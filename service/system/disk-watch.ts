import type { Logger } from 'pino'
import type { Clock, Timer } from '../clock.ts'
import { Resource } from '../resource.ts'
import { fullBelowBytes, readDiskSpace, type DiskSpace } from './disk-space.ts'

/** Others write to the card, too. People are to hear of a full one within ten seconds. */
export const LOOK_EVERY_MS = 2_000

/** And at once after so much of the room below the last mark was written: a burst fills a small card between two looks. */
const LOOK_AFTER_SHARE = 1 / 8

/** How much room there is on the card, looked at often enough to stop before there is none. */
export class DiskWatch extends Resource<{ changed: [space: DiskSpace] }> {
  readonly #directory: string
  readonly #clock: Clock
  readonly #logger: Logger
  readonly #read: typeof readDiskSpace
  #space: DiskSpace | null = null
  #writtenBytes = 0
  #timer: Timer | null = null
  #looking: Promise<void> | null = null

  /**
   * @param parts.directory the data directory
   * @param parts.read how free space is read
   */
  constructor(parts: { directory: string; clock: Clock; logger: Logger; read?: typeof readDiskSpace }) {
    super()
    this.#directory = parts.directory
    this.#clock = parts.clock
    this.#logger = parts.logger
    this.#read = parts.read ?? readDiskSpace
  }

  /** As it was at the last look. */
  get space(): DiskSpace {
    if (this.#space === null) throw new Error('The disk watch is not open')
    return this.#space
  }

  /** Says that so much was written since. */
  noteWritten(bytes: number): void {
    this.#writtenBytes += bytes
    if (this.#writtenBytes > LOOK_AFTER_SHARE * fullBelowBytes(this.space.totalBytes)) void this.look()
  }

  /** Resolves when the state is that of now. */
  look(): Promise<void> {
    this.#looking ??= this.#look().finally(() => (this.#looking = null))
    return this.#looking
  }

  protected override async _open() {
    this.#space = await this.#read(this.#directory)
    this.#timer = this.#clock.every(LOOK_EVERY_MS, () => void this.look())
  }

  protected override async _close() {
    this.#timer?.clear()
    await this.#looking
  }

  async #look(): Promise<void> {
    this.#writtenBytes = 0
    const before = this.space
    try {
      this.#space = await this.#read(this.#directory, before.state)
    } catch (err) {
      // Removed or unmounted below the hub: the store's barrier notices, and says what it means.
      this.#logger.warn({ err }, 'free space cannot be read')
      return
    }
    if (this.#space.state === before.state) return
    this.#logger.warn({ ...this.#space, before: before.state }, 'room on the card has changed')
    this.emit('changed', this.#space)
  }
}
