import { Resource } from '../resource.ts'
import type { NetworkSettingsStore } from './network.ts'
import { asSsid, type FirstWifi, type KeptNetworkSettings, type NetworkSettings } from './network-settings.ts'
import { newPassphrase } from './passphrase.ts'

/** The network section of the hub's settings file. */
export interface KeptSection {
  get(): Readonly<KeptNetworkSettings>
  update(change: Partial<KeptNetworkSettings>): Promise<void>
}

/**
 * The confirmed settings of the network. The first start gives it a name and a passphrase, those that somebody wrote down for
 * it or its own, and keeps both: a hub that is named anew later keeps the network that people know.
 */
export class KeptSettings extends Resource implements NetworkSettingsStore {
  readonly #section: KeptSection
  readonly #first: FirstWifi
  readonly #hubName: () => string

  constructor(parts: { section: KeptSection; first: FirstWifi; hubName: () => string }) {
    super()
    this.#section = parts.section
    this.#first = parts.first
    this.#hubName = parts.hubName
  }

  protected override async _open(): Promise<void> {
    const { ssid, passphrase, country } = this.#section.get()
    if (ssid !== null && passphrase !== null) return
    await this.#section.update({
      ssid: ssid ?? this.#first.ssid ?? asSsid(this.#hubName()),
      passphrase: passphrase ?? this.#first.passphrase ?? newPassphrase(),
      country: country ?? this.#first.country
    })
  }

  read(): NetworkSettings {
    const { ssid, passphrase, ...rest } = this.#section.get()
    if (ssid === null || passphrase === null) throw new Error('The settings of the network are not open')
    return { ...rest, ssid, passphrase }
  }

  save(settings: NetworkSettings): Promise<void> {
    return this.#section.update(settings)
  }
}
