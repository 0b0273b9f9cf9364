import type { Credentials, Office } from './office/office.ts'
import type { BoardService } from './services.ts'
import type { StatusView } from './status-schemas.ts'

/** Puts the status together, for whoever asks: the answer of `GET /api/status` and the `status` event are the same. */
export class StatusReader {
  readonly #board: BoardService
  readonly #office: Office

  constructor(parts: { board: BoardService; office: Office }) {
    this.#board = parts.board
    this.#office = parts.office
  }

  async read(credentials: Credentials): Promise<StatusView> {
    const status = { ...(await this.#board.board()), setup: { claimed: this.#office.claimed } }
    if (!this.#office.isOpenTo(credentials)) {
      const warnings = status.warnings.map((warning) => ({ ...warning, deviceId: null }))
      return { ...status, warnings }
    }
    return { ...status, office: { projects: await this.#board.projectSummaries() } }
  }
}
