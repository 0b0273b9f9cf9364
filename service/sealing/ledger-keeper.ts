import type { Logger } from 'pino'
import { generateLedgerKeys, type KeyFile } from '../storage/ledger-keys.ts'
import { Ledger } from '../storage/ledger.ts'
import { openLedger } from '../storage/open-ledger.ts'
import type { Store } from '../storage/store.ts'

/** Keeps something in the ledger while there is one, and in memory otherwise. */
export interface LedgerUser {
  /** Reads what the ledger holds, and writes into it what it lacks. Another ledger may be attached already. */
  attach(ledger: Ledger): Promise<void>
  /** Forgets what it had read. */
  detach(): Promise<void>
}

/** The ledger while its keys are at hand, and those who keep something in it. */
export class LedgerKeeper {
  readonly #store: Store
  readonly #users: readonly LedgerUser[]
  readonly #keyFile: KeyFile
  readonly #logger: Logger
  #ledger: Ledger | null = null

  constructor(parts: { store: Store; users: readonly LedgerUser[]; keyFile: KeyFile; logger: Logger }) {
    this.#store = parts.store
    this.#users = parts.users
    this.#keyFile = parts.keyFile
    this.#logger = parts.logger
  }

  async open(): Promise<void> {
    this.#ledger ??= await openLedger({ store: this.#store, keyFile: this.#keyFile, logger: this.#logger })
    for (const user of this.#users) await user.attach(this.#ledger)
  }

  async close(): Promise<void> {
    for (const user of this.#users) await user.detach()
    await this.#ledger?.close()
    this.#ledger = null
  }

  /** Moves everything into a ledger with new keys, and deletes the old one. */
  async renew(): Promise<void> {
    const old = this.#ledger
    if (old === null) return
    const keys = generateLedgerKeys()
    const ledger = new Ledger({ store: this.#store, keys })
    await ledger.ready()
    // In memory they hold all that there is in the old one.
    for (const user of this.#users) await user.attach(ledger)
    await this.#keyFile.write(keys)
    this.#ledger = ledger
    await old.close()
    await Ledger.discard({ store: this.#store, keys: old.keys })
  }
}
