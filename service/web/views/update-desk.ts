import { access } from 'node:fs/promises'
import { dirname } from 'node:path'
import { WaystationError } from '../../errors.ts'
import type { Shelf } from '../../shelf/shelf.ts'
import { makeDirectory } from '../../storage/durable-file.ts'
import type { MachineReports, UpdateReport } from '../../system/machine-reports.ts'
import { VERSION } from '../../version.ts'
import type { UpdateService } from '../services.ts'
import type { UpdateView } from '../update-schemas.ts'

/**
 * Updates by way of the shelf, which already takes large files over a poor Wi-Fi. The hub looks at nothing in a bundle and
 * installs nothing: it lays the bundle where the machine waits for it, and shows what the machine then tells.
 */
export class UpdateDesk implements UpdateService {
  readonly #shelf: Pick<Shelf, 'moveTo'>
  readonly #reports: Pick<MachineReports, 'update'> | null
  readonly #bundlePath: string

  /**
   * @param parts.reports null where the machine takes no updates
   * @param parts.bundlePath where the machine waits for a bundle, which it takes away
   */
  constructor(parts: {
    shelf: Pick<Shelf, 'moveTo'>
    reports: Pick<MachineReports, 'update'> | null
    bundlePath: string
  }) {
    this.#shelf = parts.shelf
    this.#reports = parts.reports
    this.#bundlePath = parts.bundlePath
  }

  async read(): Promise<UpdateView> {
    const latest = (await this.#reports?.update()) ?? null
    return {
      available: this.#reports !== null,
      running: VERSION,
      latest: (await this.#isWaiting()) ? WAITING : latest && reportView(latest)
    }
  }

  async install(file: string): Promise<UpdateView> {
    const state = await this.read()
    if (!state.available) throw new WaystationError('UPDATE_NOT_OURS')
    if (state.latest?.state === 'installing' || state.latest?.state === 'restarting') {
      throw new WaystationError('UPDATE_RUNNING')
    }
    await makeDirectory(dirname(this.#bundlePath))
    await this.#shelf.moveTo(file, this.#bundlePath)
    return { ...state, latest: WAITING }
  }

  /** Whether a bundle lies there that the machine has not taken yet. */
  async #isWaiting(): Promise<boolean> {
    return access(this.#bundlePath).then(
      () => true,
      () => false
    )
  }
}

const WAITING = { state: 'installing', version: null, percent: 0, detail: null } as const

function reportView({ state, version, percent, detail }: UpdateReport): UpdateView['latest'] {
  return { state, percent, version: version || null, detail: detail || null }
}
