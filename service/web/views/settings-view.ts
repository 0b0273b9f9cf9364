import type { Config } from '../../config.ts'
import { WaystationError } from '../../errors.ts'
import type { Settings } from '../../system/settings.ts'
import type { SettingsService } from '../services.ts'
import type { SettingsChange, SettingsView as View } from '../settings-schemas.ts'

/** The settings as the office sees and changes them. */
export class SettingsView implements SettingsService {
  readonly #settings: Settings
  readonly #config: Config
  readonly #hubName: () => string
  readonly #language: () => string

  constructor(parts: { settings: Settings; config: Config; hubName: () => string; language: () => string }) {
    this.#settings = parts.settings
    this.#config = parts.config
    this.#hubName = parts.hubName
    this.#language = parts.language
  }

  read(): View {
    return {
      hub: { name: this.#hubName(), language: this.#language() },
      board: this.#settings.get('board'),
      fixed: this.#fixed().map((name) => `hub.${name}`)
    }
  }

  async change(change: SettingsChange): Promise<View> {
    const refused = this.#fixed().find((name) => change.hub?.[name] !== undefined)
    if (refused !== undefined) {
      throw new WaystationError('SETTING_FIXED', `The ${refused} of the hub is fixed by its configuration`)
    }
    if (change.hub !== undefined) await this.#settings.update('hub', change.hub)
    if (change.board !== undefined) await this.#settings.update('board', change.board)
    return this.read()
  }

  #fixed(): ('name' | 'language')[] {
    return (['name', 'language'] as const).filter((name) => this.#config[name] !== null)
  }
}
