import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { Clock, Timer } from '../clock.ts'
import { Resource } from '../resource.ts'
import { isFull } from '../storage/damage.ts'
import type { Store } from '../storage/store.ts'
import type { IntakeControl } from '../sync/intake-control.ts'
import { hasCardFailed } from '../system/card-failure.ts'
import type { DiskWatch } from '../system/disk-watch.ts'

/** How often a card that took no data is tried again; long enough for a person to read what the page says meanwhile. */
export const FAILED_STORE_MS = 60_000

/**
 * Asks for a new start when the store has failed: only that reads what the card really holds. Until then the page says what is
 * wrong. A card that is full gets no new start before there is room, and a data directory that was taken away none before
 * it is back: without its keys the hub would come back as another device.
 */
export class RestartAfterFailure extends Resource<{ due: [] }> {
  readonly #directory: string
  readonly #store: Store
  readonly #disk: Pick<DiskWatch, 'space' | 'look'>
  readonly #intake: IntakeControl
  readonly #clock: Clock
  #timer: Timer | null = null
  readonly #onFailed = (error: Error) => {
    this.#timer = this.#clock.every(FAILED_STORE_MS, this.#judge)
    if (isFull(error)) void this.#disk.look().then(this.#judge)
  }
  readonly #judge = () => {
    if (this.closing !== null || !hasCardFailed({ store: this.#store, disk: this.#disk })) return
    if (existsSync(join(this.#directory, 'keys'))) this.emit('due')
  }

  /** @param parts.directory the data directory */
  constructor(parts: {
    directory: string
    store: Store
    disk: Pick<DiskWatch, 'space' | 'look'>
    intake: IntakeControl
    clock: Clock
  }) {
    super()
    this.#directory = parts.directory
    this.#store = parts.store
    this.#disk = parts.disk
    this.#intake = parts.intake
    this.#clock = parts.clock
  }

  protected override async _open() {
    this.#store.on('failed', this.#onFailed)
    this.#intake.on('resumed', this.#judge)
  }

  protected override async _close() {
    this.#timer?.clear()
    this.#store.off('failed', this.#onFailed)
    this.#intake.off('resumed', this.#judge)
  }
}
