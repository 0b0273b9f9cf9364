import type { Clock } from '../../clock.ts'
import type { Config } from '../../config.ts'
import { WaystationError } from '../../errors.ts'
import type { DeviceId } from '../../ids.ts'
import type { AccessPointState } from '../../network/access-point.ts'
import type { Network } from '../../network/network.ts'
import type { NetworkSettings } from '../../network/network-settings.ts'
import type { UplinkState } from '../../network/uplink/uplink.ts'
import { Portal, type CheckAnswer } from '../../network/portal.ts'
import { Visits, type Visit } from '../../network/visits.ts'
import { privateIPv4 } from '../../private-address.ts'
import type {
  NetworkBoardView,
  NetworkView,
  StationView,
  TownListView,
  UplinkView
} from '../network-schemas.ts'
import type { NetworkService } from '../services.ts'

const PAGE_NAME = 'waystation.lan'
/**
 * What the page asks for when it is on a screen. That it was fetched says nothing: the detector of Chromium follows the way to
 * it by itself, and if it counted, the tab that Chromium then opens would find no portal any more and stay empty.
 */
const PAGE_IS_SEEN = '/api/events'

export interface NetworkViewParts {
  mode: Config['network']
  /** Null when this hub opens no network. */
  network: Network | null
  /** Devices that are connected by the app, by their IPv4 address. */
  devicesByAddress: () => ReadonlyMap<string, DeviceId>
  clock: Clock
}

/** The network as the page sees it: stations joined with the devices that are connected from their addresses. */
export class NetworkViews implements NetworkService {
  readonly #mode: Config['network']
  readonly #network: Network | null
  readonly #devicesByAddress: () => ReadonlyMap<string, DeviceId>
  readonly #clock: Clock
  readonly #visits: Visits
  readonly #portal: Portal

  constructor({ mode, network, devicesByAddress, clock }: NetworkViewParts) {
    this.#mode = mode
    this.#network = network
    this.#devicesByAddress = devicesByAddress
    this.#clock = clock
    this.#visits = new Visits({ clock })
    this.#portal = new Portal({ clock })
  }

  board(): NetworkBoardView {
    const devices = this.#devicesByAddress()
    const visits = this.#visitsNow()
    const state = this.#network?.accessPoint.state
    const running = runningOf(state)
    return {
      mode: this.#mode,
      state: state?.kind ?? 'off',
      problem: problemOf(state),
      ssid: running?.ssid ?? null,
      channel: running?.channel ?? null,
      stations: this.#network === null ? devices.size : visits.length,
      clientLimit: running?.clientLimit ?? null,
      guests: visits
        .filter(({ station }) => station.address === null || !devices.has(station.address))
        .map(({ id, joinedAt }) => ({ visit: id, joinedAt: this.#dateOf(joinedAt) })),
      confirmBy: this.#confirmBy()
    }
  }

  async get(): Promise<NetworkView> {
    const state = this.#network?.accessPoint.state
    const radio = this.#network?.accessPoint.radio ?? null
    return {
      mode: this.#mode,
      state: state?.kind ?? 'off',
      problem: problemOf(state),
      problemDetail: state?.kind === 'down' || state?.kind === 'degraded' ? state.detail : null,
      settings: this.#network?.settings ?? null,
      running: runningOf(state),
      radio: radio && { ...radio, channels: [...radio.channels] },
      stations: this.#stations(),
      uplink: uplinkOf(this.#network?.uplink.state ?? { kind: 'none' }),
      otherNetworks: [...((await this.#network?.uplink.otherNetworks()) ?? [])],
      confirmBy: this.#confirmBy()
    }
  }

  async change(change: Partial<NetworkSettings>): Promise<NetworkView> {
    await this.#ours().change(change)
    return this.get()
  }

  async confirm(from: string): Promise<NetworkView> {
    await this.#ours().confirm(privateIPv4(from) ?? '')
    return this.get()
  }

  async revert(): Promise<NetworkView> {
    await this.#ours().revert()
    return this.get()
  }

  async scan(): Promise<TownListView> {
    return { networks: [...(await this.#ours().uplink.scan())] }
  }

  checkAnswer({ host, path, from }: { host: string; path: string; from: string }): CheckAnswer | null {
    if (this.#mode !== 'hostapd' || this.#network === null) return null
    const page = `http://${runningOf(this.#network.accessPoint.state)?.address ?? PAGE_NAME}/`
    if (path === PAGE_IS_SEEN) this.#portal.welcome(from)
    return this.#portal.answer({ host, path, from }, { mode: this.#network.settings.portal, page })
  }

  #ours(): Network {
    if (this.#network === null) throw new WaystationError('NETWORK_NOT_OURS')
    return this.#network
  }

  #visitsNow(): Visit[] {
    return this.#visits.of(this.#network?.accessPoint.stations ?? [])
  }

  #stations(): StationView[] {
    const devices = this.#devicesByAddress()
    return this.#visitsNow().map(({ id, joinedAt, station }) => {
      const { mac, address, hostname, signalDbm, rateMbps, receivedBytes, sentBytes } = station
      return {
        visit: id,
        mac,
        address,
        hostname,
        signalDbm,
        rateMbps,
        idleSeconds: Math.floor(station.idleMs / 1000),
        joinedAt: this.#dateOf(joinedAt),
        receivedBytes,
        sentBytes,
        deviceId: (address !== null && devices.get(address)) || null
      }
    })
  }

  #confirmBy(): string | null {
    const pending = this.#network?.pending ?? null
    return pending && this.#dateOf(pending.endsAt)
  }

  /**
   * A moment of the monotonic clock as a date, in whole seconds, by the wall clock as it is now: that may have been set
   * since.
   */
  #dateOf(monotonic: number): string {
    const at = this.#clock.now() + monotonic - this.#clock.monotonic()
    return new Date(Math.round(at / 1000) * 1000).toISOString()
  }
}

function problemOf(state: AccessPointState | undefined) {
  return state?.kind === 'down' || state?.kind === 'degraded' ? state.problem : null
}

function runningOf(state: AccessPointState | undefined) {
  return state?.kind === 'up' || state?.kind === 'degraded' ? state.running : null
}

function uplinkOf(state: UplinkState): UplinkView {
  const up = state.kind === 'up' ? state : null
  const failed = state.kind === 'failed' ? state : null
  return {
    state: state.kind,
    via: up?.via ?? null,
    interfaceName: up?.interfaceName ?? null,
    address: up?.address ?? null,
    problem: failed?.problem ?? null,
    problemDetail: failed?.detail ?? null
  }
}
