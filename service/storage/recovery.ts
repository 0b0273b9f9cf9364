import { Resource } from '../resource.ts'
import type { CoreLengths } from './core-lengths.ts'
import type { DamagedDatabases } from './damaged-databases.ts'

/** Where people are told. */
export interface Notices {
  raise(code: 'store-rebuilt' | 'blocks-missing', about?: { count: number }): void
  clear(code: 'store-rebuilt' | 'blocks-missing'): void
}

/** Says what is missing after damage, and ends the matter when phones have brought all of it again. */
export class Recovery extends Resource {
  readonly #damaged: Pick<DamagedDatabases, 'areKept' | 'forget'>
  readonly #lengths: CoreLengths
  readonly #notices: Notices
  readonly #onChanged = () => {
    this.#told = this.#told.then(() => this.#tell())
  }
  #told: Promise<void> = Promise.resolve()

  constructor(parts: {
    damaged: Pick<DamagedDatabases, 'areKept' | 'forget'>
    lengths: CoreLengths
    notices: Notices
  }) {
    super()
    this.#damaged = parts.damaged
    this.#lengths = parts.lengths
    this.#notices = parts.notices
  }

  protected override async _open() {
    if (await this.#damaged.areKept()) this.#notices.raise('store-rebuilt')
    this.#lengths.on('short-changed', this.#onChanged)
    await this.#tell()
  }

  protected override async _close() {
    this.#lengths.off('short-changed', this.#onChanged)
    await this.#told
  }

  async #tell(): Promise<void> {
    const count = this.#lengths.short.length
    if (count > 0) {
      this.#notices.raise('blocks-missing', { count })
      return
    }
    this.#notices.clear('blocks-missing')
    // Without the lengths nobody knows what there was: then the damaged copy may be the only one.
    if (this.#lengths.areLost || !(await this.#damaged.areKept())) return
    await this.#damaged.forget()
    this.#notices.clear('store-rebuilt')
  }
}
