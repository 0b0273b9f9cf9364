import type { Logger } from 'pino'
import type { Clock, Timer } from '../clock.ts'
import { shortId, type DeviceId } from '../ids.ts'
import type { Projects } from '../projects/projects.ts'
import { Resource } from '../resource.ts'
import type { Store } from '../storage/store.ts'
import { hasCardFailed } from '../system/card-failure.ts'
import type { DiskState } from '../system/disk-space.ts'
import type { DiskWatch } from '../system/disk-watch.ts'
import type { WarningCode, Warnings } from '../system/warnings.ts'
import type { Intake } from './intake.ts'
import type { Sync } from './sync.ts'
import { devicesOverShare } from './writer-shares.ts'

/** While room is short, add up who fills the card this often. */
const ADD_UP_EVERY_MS = 10_000

const NOTHING: Pick<Intake, 'documents' | 'photos'> = { documents: false, photos: 'none' }

const BY_STATE: Record<DiskState, Pick<Intake, 'documents' | 'photos'>> = {
  ok: { documents: true, photos: 'all' },
  low: { documents: true, photos: 'all' },
  'no-originals': { documents: true, photos: 'small' },
  full: NOTHING
}

const WARNING: Record<DiskState, WarningCode | null> = {
  ok: null,
  low: 'storage-low',
  'no-originals': 'originals-paused',
  full: 'intake-paused'
}

const CARD_WARNINGS = ['storage-low', 'originals-paused', 'intake-paused', 'storage-failed'] as const

/**
 * Lets in what the card has room for, and says so. A card that is full to the last byte cannot be helped: RocksDB cannot
 * compact, and the library's replication stops in silence. So the hub stops before that, in the order in which people would
 * give things up, and goes on by itself when there is room again.
 */
export class IntakeControl extends Resource<{ resumed: [] }> {
  readonly #disk: DiskWatch
  readonly #warnings: Warnings
  readonly #store: Store
  readonly #projects: Projects
  readonly #sync: Sync
  readonly #clock: Clock
  readonly #logger: Logger
  readonly #onStored = (bytes: number) => this.#disk.noteWritten(bytes)
  readonly #onStateChanged = () => this.#follow()
  #state: DiskState = 'ok'
  #over: ReadonlySet<DeviceId> = new Set()
  #timer: Timer | null = null
  #reserving: Promise<void> = Promise.resolve()

  constructor(parts: {
    disk: DiskWatch
    warnings: Warnings
    store: Store
    projects: Projects
    sync: Sync
    clock: Clock
    logger: Logger
  }) {
    super()
    this.#disk = parts.disk
    this.#warnings = parts.warnings
    this.#store = parts.store
    this.#projects = parts.projects
    this.#sync = parts.sync
    this.#clock = parts.clock
    this.#logger = parts.logger
  }

  protected override async _open() {
    this.#sync.on('stored', this.#onStored)
    this.#disk.on('changed', this.#onStateChanged)
    this.#store.on('failed', this.#onStateChanged)
    this.#timer = this.#clock.every(ADD_UP_EVERY_MS, () => {
      if (this.#state !== 'ok') this.#admit()
    })
    this.#follow()
  }

  protected override async _close() {
    this.#timer?.clear()
    this.#sync.off('stored', this.#onStored)
    this.#disk.off('changed', this.#onStateChanged)
    this.#store.off('failed', this.#onStateChanged)
    await this.#reserving
  }

  #follow(): void {
    const before = this.#state
    this.#state = this.#disk.space.state
    const hasFailed = hasCardFailed({ store: this.#store, disk: this.#disk })
    this.#warnings.replace(CARD_WARNINGS, hasFailed ? 'storage-failed' : WARNING[this.#state])
    this.#admit()
    if (this.#state !== 'full' && !this.#store.failed) this.#takeReserve()
    if (before !== 'full' || this.#state === 'full') return
    // Where a write failed, the library has paused the peer for good and says nothing. Only a new connection ends that.
    for (const { peer } of this.#sync.sessions()) peer.disconnect('There is room on the card again')
    this.emit('resumed')
  }

  #takeReserve(): void {
    this.#reserving = this.#reserving
      .then(() => this.#store.takeReserve())
      .catch((err: unknown) => this.#logger.error({ err }, 'no room is held in reserve'))
  }

  #admit(): void {
    const { totalBytes } = this.#disk.space
    const isRoomy = this.#state === 'ok'
    const over = isRoomy ? null : devicesOverShare(this.#projects.all(), totalBytes)
    this.#name(over?.devices ?? new Set())
    this.#sync.admit({
      ...(this.#store.failed ? NOTHING : BY_STATE[this.#state]),
      isHeldBack: ({ key }) => over?.cores.has(key) ?? false
    })
  }

  /** Nobody fills the card in silence. */
  #name(over: ReadonlySet<DeviceId>): void {
    for (const deviceId of this.#over) {
      if (!over.has(deviceId)) this.#warnings.clear('writer-over-share', { deviceId })
    }
    for (const deviceId of over) {
      if (this.#over.has(deviceId)) continue
      this.#logger.warn(
        { peer: shortId(deviceId) },
        'one device fills so much of the card that its data waits'
      )
      this.#warnings.raise('writer-over-share', { deviceId })
    }
    this.#over = over
  }
}
