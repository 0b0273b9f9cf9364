import type { Clock, Timer } from '../../clock.ts'
import { NO_UPLINK, type UplinkSettings, type UplinkWifi } from './uplink-settings.ts'
import { Uplink, type OtherNetwork, type TownWifi, type UplinkProblem, type UplinkState } from './uplink.ts'

const JOINING_MS = 1_500

/** A small town: one Wi-Fi with a passphrase, and one without. */
const TOWN: readonly SimulatedWifi[] = [
  { ssid: 'Town hall', signalDbm: -48, passphrase: 'town passphrase' },
  { ssid: 'Café', signalDbm: -67, passphrase: null }
]

const CABLE: OtherNetwork = { interfaceName: 'simulated-cable', via: 'cable' }
const WIFI: OtherNetwork = { interfaceName: 'simulated', via: 'wifi' }

export interface SimulatedWifi {
  readonly ssid: string
  readonly signalDbm: number
  readonly passphrase: string | null
}

/** Pretends to join, for any machine: its own networks stay as they are. */
export class SimulatedUplink extends Uplink {
  readonly #clock: Clock
  readonly #town: readonly SimulatedWifi[]
  #state: UplinkState = { kind: 'none' }
  #wifi: UplinkWifi | null = NO_UPLINK.wifi
  #timer: Timer | null = null

  constructor({ clock, town = TOWN }: { clock: Clock; town?: readonly SimulatedWifi[] }) {
    super()
    this.#clock = clock
    this.#town = town
  }

  get state(): UplinkState {
    return this.#state
  }

  async want({ wifi }: UplinkSettings): Promise<void> {
    if (JSON.stringify(wifi) === JSON.stringify(this.#wifi)) return
    this.#wifi = wifi
    this.#timer?.clear()
    if (wifi === null) return this.#become({ kind: 'none' })
    this.#become({ kind: 'joining' })
    this.#timer = this.#clock.after(JOINING_MS, () => this.#become(this.#joined(wifi)))
  }

  async scan(): Promise<readonly TownWifi[]> {
    return this.#town
      .map(({ ssid, signalDbm, passphrase }) => ({ ssid, signalDbm, secured: passphrase !== null }))
      .sort((one, other) => other.signalDbm - one.signalDbm)
  }

  async otherNetworks(): Promise<readonly OtherNetwork[]> {
    return this.#state.kind === 'up' ? [CABLE, WIFI] : [CABLE]
  }

  protected override async _close(): Promise<void> {
    this.#timer?.clear()
  }

  #joined({ ssid, passphrase }: UplinkWifi): UplinkState {
    const failed = (problem: UplinkProblem): UplinkState => ({ kind: 'failed', problem, detail: null })
    const wifi = this.#town.find((one) => one.ssid === ssid)
    if (wifi === undefined) return failed('not-heard')
    if (wifi.passphrase !== null && wifi.passphrase !== passphrase) return failed('passphrase-refused')
    return { kind: 'up', ...WIFI, address: '192.0.2.10' }
  }

  #become(state: UplinkState): void {
    this.#state = state
    this.emit('state-changed', state)
  }
}
