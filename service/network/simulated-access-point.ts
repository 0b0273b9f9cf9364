import type { Clock, Timer } from '../clock.ts'
import {
  AccessPoint,
  type AccessPointState,
  type Radio,
  type SecondRadio,
  type Station
} from './access-point.ts'
import { otherBand, restartsRadio, type Band, type NetworkSettings } from './network-settings.ts'

/** Long enough for the page to show that the network is being changed. */
const STARTING_MS = 1_500

/** Of a small box: eight phones, and both bands. */
const RADIO: Radio = {
  interfaceName: 'simulated',
  country: null,
  driver: null,
  channels: [
    ...[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13].map((channel) => ({
      channel,
      band: '2.4GHz' as const,
      usable: true
    })),
    ...[36, 40, 44, 48].map((channel) => ({ channel, band: '5GHz' as const, usable: true }))
  ],
  wpa3: true,
  isolation: true,
  clientLimit: 8
}

const FIRST_CHANNEL: Readonly<Record<Band, number>> = { '2.4GHz': 1, '5GHz': 36 }

export interface SimulatedAccessPointParts {
  readonly clock: Clock
  /** Name of the Wi-Fi that this machine is in, if any. */
  readonly ownWifi?: () => Promise<string | null>
  /** Addresses of the devices that are connected to the hub right now. */
  readonly neighbours?: () => readonly string[]
}

/**
 * An access point for any machine: changes nothing about its network. It shows the Wi-Fi that the machine is in, pretends to
 * change as told, and takes every device that is connected to the hub for a station.
 */
export class SimulatedAccessPoint extends AccessPoint {
  readonly radio: Radio = RADIO
  readonly interfaceName = RADIO.interfaceName
  readonly #clock: Clock
  readonly #ownWifi: () => Promise<string | null>
  readonly #neighbours: () => readonly string[]
  readonly #joined = new Map<string, Station>()
  #state: AccessPointState = { kind: 'starting' }
  #settings: NetworkSettings | null = null
  #timer: Timer | null = null

  constructor({ clock, ownWifi = async () => null, neighbours = () => [] }: SimulatedAccessPointParts) {
    super()
    this.#clock = clock
    this.#ownWifi = ownWifi
    this.#neighbours = neighbours
  }

  get state(): AccessPointState {
    return this.#state
  }

  get stations(): readonly Station[] {
    const joined = [...this.#joined.values()]
    const known = new Set(joined.map(({ address }) => address))
    return [
      ...joined,
      ...this.#neighbours()
        .filter((address) => !known.has(address))
        .map(pretended)
    ]
  }

  async apply(settings: NetworkSettings): Promise<void> {
    const before = this.#settings
    this.#settings = settings
    if (before !== null && !restartsRadio(before, settings)) return
    this.#timer?.clear()
    this.#become({ kind: 'starting' })
    const ownWifi = await this.#ownWifi().catch(() => null)
    if (this.#settings !== settings || this.closing !== null) return
    this.#timer = this.#clock.after(STARTING_MS, () => this.#become(upWith(settings, ownWifi)))
  }

  isOnNetwork(): boolean {
    return true
  }

  /** Lets a device join that is not connected to the hub, as when a phone has not opened the app. */
  join(station: Partial<Station> & { mac: string }): void {
    this.#joined.set(station.mac, { ...pretended(station.address ?? null), ...station })
    this.emit('stations-changed', this.stations)
  }

  leave(mac: string): void {
    if (this.#joined.delete(mac)) this.emit('stations-changed', this.stations)
  }

  protected override async _close(): Promise<void> {
    this.#timer?.clear()
  }

  #become(state: AccessPointState): void {
    this.#state = state
    this.emit('state-changed', state)
  }
}

function upWith(settings: NetworkSettings, ownWifi: string | null): AccessPointState {
  const { band, isolation, channel, secondRadio } = settings
  const radios = secondRadio ? 2 : 1
  const limit = settings.clientLimit ?? RADIO.clientLimit
  return {
    kind: 'up',
    running: {
      interfaceName: RADIO.interfaceName,
      ssid: ownWifi ?? settings.ssid,
      channel: channel === 'auto' ? FIRST_CHANNEL[band] : channel,
      band,
      wpa3: true,
      isolation,
      clientLimit: limit === null ? null : radios * limit,
      second: secondRadio ? secondOn(otherBand(band)) : null,
      address: '127.0.0.1',
      netmask: '255.0.0.0',
      channelReason: null
    }
  }
}

function secondOn(band: Band): SecondRadio {
  return { interfaceName: 'simulated-second', band, channel: FIRST_CHANNEL[band], channelReason: 'simulated' }
}

/** A station that the simulation knows nothing of but the address. Its MAC is one of the local range, made from that. */
function pretended(address: string | null): Station {
  const octets = (address ?? '0.0.0.0').split('.').map((octet) => Number(octet).toString(16).padStart(2, '0'))
  return {
    mac: `02:00:${octets.join(':')}`,
    address,
    hostname: null,
    signalDbm: null,
    rateMbps: null,
    idleMs: 0,
    connectedMs: 0,
    receivedBytes: 0,
    sentBytes: 0
  }
}
