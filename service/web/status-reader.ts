import type { Credentials, Office } from './office/office.ts'
import type { BoardService, SettingsService } from './services.ts'
import type { DeviceView, StatusView } from './status-schemas.ts'
import type { EncryptedAddress } from './tls-door.ts'

/** Puts the status together, for whoever asks: the answer of `GET /api/status` and the `status` event are the same. */
export class StatusReader {
  readonly #board: BoardService
  readonly #office: Office
  readonly #settings: SettingsService
  readonly #https: () => EncryptedAddress | null

  /** @param parts.https where the page is served encrypted, or null */
  constructor(parts: {
    board: BoardService
    office: Office
    settings: SettingsService
    https: () => EncryptedAddress | null
  }) {
    this.#board = parts.board
    this.#office = parts.office
    this.#settings = parts.settings
    this.#https = parts.https
  }

  async read(credentials: Credentials): Promise<StatusView> {
    const board = await this.#board.board()
    const status = {
      ...board,
      setup: { claimed: this.#office.claimed },
      seal: this.#office.seal,
      https: this.#https()
    }
    if (this.#office.isOpenTo(credentials)) {
      return { ...status, office: { projects: await this.#board.projectSummaries() } }
    }
    const { showProjectNames } = this.#settings.read().board
    return {
      ...status,
      projectNames: showProjectNames ? await this.#board.projectNames() : null,
      devices: board.devices.map((device) => this.publicDevice(device)),
      warnings: board.warnings.map((warning) => ({ ...warning, deviceId: null }))
    }
  }

  /** A device as people outside the office see it. */
  publicDevice(device: DeviceView): DeviceView {
    return this.#settings.read().board.showDeviceNames ? device : { ...device, name: null }
  }
}
