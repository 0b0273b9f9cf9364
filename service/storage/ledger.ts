import Hyperbee from 'hyperbee'
import type Hypercore from 'hypercore'
import { WaystationError } from '../errors.ts'
import { Resource } from '../resource.ts'
import { deleteCore } from './delete-core.ts'
import { LedgerCollection } from './ledger-collection.ts'
import type { LedgerKeys } from './ledger-keys.ts'
import { openPrivateCore } from './private-core.ts'
import type { Store } from './store.ts'

/** The hub's own memory (settings, invites, session history): one encrypted hyperbee, never sent to anyone. */
export class Ledger extends Resource {
  readonly #store: Store
  readonly keys: LedgerKeys
  #bee: Hyperbee | null = null

  /** @param parts.keys made once by `generateLedgerKeys` and kept sealed */
  constructor(parts: { store: Store; keys: LedgerKeys }) {
    super()
    this.#store = parts.store
    this.keys = parts.keys
  }

  /** @throws LEDGER_DAMAGED when what is stored cannot be read with these keys; see `discard` */
  protected override async _open(): Promise<void> {
    const core = await openCore(this.#store, this.keys)
    const bee = new Hyperbee(core, { keyEncoding: 'utf-8', valueEncoding: 'json', extension: false })
    try {
      await bee.ready()
      await readAll(bee)
    } catch (cause) {
      await bee.close()
      throw new WaystationError('LEDGER_DAMAGED', 'The ledger cannot be read', { cause })
    }
    this.#bee = bee
  }

  protected override async _close(): Promise<void> {
    await this.#bee?.close()
    this.#bee = null
  }

  /**
   * The entries of one kind. T is what the caller puts there: the ledger stores it as JSON and gives it back unchecked.
   *
   * @param name must never change; without NUL characters
   */
  collection<T>(name: string): LedgerCollection<T> {
    if (this.#bee === null) throw new Error('The ledger is not open')
    const entries = this.#bee.sub<string, T>(name, { keyEncoding: 'utf-8', valueEncoding: 'json' })
    return new LedgerCollection(entries, () => this.#store.barrier())
  }

  /** Removes a damaged ledger that is not open. The next one with the same keys is empty. */
  static async discard(parts: { store: Store; keys: LedgerKeys }): Promise<void> {
    await deleteCore(parts.store, await openCore(parts.store, parts.keys))
    await parts.store.barrier()
  }
}

async function openCore(store: Store, keys: LedgerKeys): Promise<Hypercore> {
  // There is no peer that a missing block could come from: say so instead of waiting for one.
  return openPrivateCore(store, keys, { wait: false })
}

/** Damage is to be found at the start, not when somebody asks for the one entry that it hit. */
async function readAll(bee: Hyperbee): Promise<void> {
  await bee.getHeader()
  for await (const entry of bee.createReadStream()) void entry
}
