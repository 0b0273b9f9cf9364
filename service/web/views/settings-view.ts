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

  constructor(parts: { settings: Settings; config: Config; hubName: () => string }) {
    this.#settings = parts.settings
    this.#config = parts.config
    this.#hubName = parts.hubName
  }

  read(): View {
    return {
      hub: { ...this.#settings.get('hub'), name: this.#hubName() },
      board: this.#settings.get('board'),
      fixed: this.#config.name === null ? [] : ['hub.name']
    }
  }

  async change(change: SettingsChange): Promise<View> {
    if (change.hub?.name !== undefined && this.#config.name !== null) {
      throw new WaystationError('SETTING_FIXED', 'The name of the hub is fixed by its configuration')
    }
    if (change.hub !== undefined) await this.#settings.update('hub', change.hub)
    if (change.board !== undefined) await this.#settings.update('board', change.board)
    return this.read()
  }
}
