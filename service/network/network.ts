import type { Logger } from 'pino'
import type { Clock, Timer } from '../clock.ts'
import { WaystationError } from '../errors.ts'
import { Resource } from '../resource.ts'
import type { AccessPoint } from './access-point.ts'
import { restartsRadio, type NetworkSettings } from './network-settings.ts'
import { refusalOf } from './settings-rules.ts'
import type { Uplink } from './uplink/uplink.ts'

/** How long a change that people must join again for waits for somebody who managed to. */
export const CONFIRM_WITHIN_MS = 2 * 60_000

/** Where the settings live that somebody has confirmed. */
export interface NetworkSettingsStore {
  read(): NetworkSettings
  save(settings: NetworkSettings): Promise<void>
}

/** A change that is on the air on trial. */
export interface PendingChange {
  readonly settings: NetworkSettings
  /** By the monotonic clock. */
  readonly endsAt: number
}

/**
 * The hub's network as an operator sees it: settings that are checked, tried, and kept or taken back. A change that makes
 * everybody join anew is saved only when somebody has: until then a restart, too, goes back to what worked.
 */
export class Network extends Resource<{ changed: [] }> {
  readonly accessPoint: AccessPoint
  readonly uplink: Uplink
  readonly #store: NetworkSettingsStore
  readonly #clock: Clock
  readonly #logger: Logger
  #pending: PendingChange | null = null
  #timer: Timer | null = null

  constructor(parts: {
    accessPoint: AccessPoint
    uplink: Uplink
    store: NetworkSettingsStore
    clock: Clock
    logger: Logger
  }) {
    super()
    this.accessPoint = parts.accessPoint
    this.uplink = parts.uplink
    this.#store = parts.store
    this.#clock = parts.clock
    this.#logger = parts.logger
  }

  /** What is wanted now: on trial, or confirmed. */
  get settings(): NetworkSettings {
    return this.#pending?.settings ?? this.#store.read()
  }

  get pending(): PendingChange | null {
    return this.#pending
  }

  protected override async _open(): Promise<void> {
    this.accessPoint.on('state-changed', this.#tell)
    this.accessPoint.on('stations-changed', this.#tell)
    this.uplink.on('state-changed', this.#tell)
    await this.#apply(this.#store.read())
  }

  protected override async _close(): Promise<void> {
    this.#timer?.clear()
    this.accessPoint.off('state-changed', this.#tell)
    this.accessPoint.off('stations-changed', this.#tell)
    this.uplink.off('state-changed', this.#tell)
  }

  /**
   * Changes some settings. What takes the network down for a moment is on trial for {@link CONFIRM_WITHIN_MS} and ends in
   * {@link confirm}, {@link revert}, or by itself in the settings of before; the rest holds at once.
   * @throws NETWORK_SSID_INVALID, NETWORK_COUNTRY_UNKNOWN, NETWORK_COUNTRY_REQUIRED, NETWORK_BAND_UNSUPPORTED,
   * NETWORK_CHANNEL_UNSUPPORTED, NETWORK_ISOLATION_UNSUPPORTED; nothing has changed then
   */
  async change(patch: Partial<NetworkSettings>): Promise<void> {
    const before = this.settings
    const settings = { ...before, ...patch }
    const refusal = refusalOf(settings, this.accessPoint.radio)
    if (refusal !== null) throw refusal
    const confirmed = this.#store.read()
    if (restartsRadio(confirmed, settings)) {
      // A second change on top of a trial is tried as a whole, with the full time again.
      this.#timer?.clear()
      this.#pending = { settings, endsAt: this.#clock.monotonic() + CONFIRM_WITHIN_MS }
      this.#timer = this.#clock.after(CONFIRM_WITHIN_MS, () => {
        this.#logger.warn(
          { part: 'network' },
          'nobody joined the changed network: it goes back to what it was'
        )
        this.#takeBack().catch((err: unknown) => this.#logger.error({ err }, 'going back failed'))
      })
    } else {
      this.#endTrial()
      await this.#store.save(settings)
    }
    await this.#apply(settings)
    this.#tell()
  }

  /**
   * Keeps the change that is on trial. Whoever confirms has proved with it that the changed network can be joined.
   * @param from IPv4 address of the device that confirms
   * @throws NETWORK_NOTHING_PENDING, NETWORK_CONFIRM_ELSEWHERE
   */
  async confirm(from: string): Promise<void> {
    const pending = this.#trial()
    const { state } = this.accessPoint
    const isUp = state.kind === 'up' || state.kind === 'degraded'
    if (!isUp || !this.accessPoint.isOnNetwork(from)) throw new WaystationError('NETWORK_CONFIRM_ELSEWHERE')
    this.#endTrial()
    await this.#store.save(pending.settings)
    this.#logger.info('the changed network is confirmed')
    this.#tell()
  }

  /**
   * Takes the change on trial back at once.
   * @throws NETWORK_NOTHING_PENDING
   */
  async revert(): Promise<void> {
    this.#trial()
    await this.#takeBack()
  }

  async #apply(settings: NetworkSettings): Promise<void> {
    await this.accessPoint.apply(settings)
    await this.uplink.want(settings.uplink)
  }

  #trial(): PendingChange {
    if (this.#pending === null) throw new WaystationError('NETWORK_NOTHING_PENDING')
    return this.#pending
  }

  async #takeBack(): Promise<void> {
    this.#endTrial()
    await this.#apply(this.#store.read())
    this.#tell()
  }

  #endTrial(): void {
    this.#timer?.clear()
    this.#timer = null
    this.#pending = null
  }

  readonly #tell = (): void => void this.emit('changed')
}
