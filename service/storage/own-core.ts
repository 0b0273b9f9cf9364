import type Hypercore from 'hypercore'
import { dirname } from 'node:path'
import { WaystationError } from '../errors.ts'
import { shortId, type DiscoveryKey } from '../ids.ts'
import { Resource } from '../resource.ts'
import { makeDirectory } from './durable-file.ts'
import { Outbox } from './outbox.ts'
import type { Store } from './store.ts'

/**
 * Appends the hub's own blocks to one of its own cores, so that no power cut makes two histories of it. A core whose
 * tail was seen by a phone, lost here, and written again with other bytes is frozen on that phone for ever. Two things
 * stand against it:
 *
 * - The exact bytes are on the card, in the outbox, before the core sees them. After a cut they are appended again byte
 *   for byte; signatures are deterministic, so the history is the same one. They are stored as the core stores them,
 *   so a hub whose keys are locked away can append them too.
 * - The append is prepared aside (a storage atom), and the core grows only when it is on the card. Peers that are
 *   attached to the core, before or meanwhile, learn nothing of it until then.
 *
 * The caller attaches the core to peers only after `ready()`, and appends to it in no other way.
 */
export class OwnCoreWriter extends Resource {
  readonly #core: Hypercore
  readonly #store: Store
  readonly #outboxPath: string
  readonly #outbox: Outbox
  #last: Promise<void> = Promise.resolve()

  /**
   * @param parts.core opened with its secret key; with or without its encryption
   * @param parts.outboxPath a file for this core alone
   */
  constructor(parts: { core: Hypercore; store: Store; outboxPath: string }) {
    super()
    this.#core = parts.core
    this.#store = parts.store
    this.#outboxPath = parts.outboxPath
    this.#outbox = new Outbox(parts.outboxPath)
  }

  /** Finishes what the last run had begun. A core that is too short for it does not keep the hub from starting. */
  protected override async _open(): Promise<void> {
    await makeDirectory(dirname(this.#outboxPath))
    await this.#core.ready()
    await this.#settle().catch((error: unknown) => {
      if (!(error instanceof WaystationError && error.code === 'CORE_SHORT')) throw error
    })
  }

  protected override async _close(): Promise<void> {
    await this.#last
  }

  /**
   * Appends blocks, all or none. When it resolves they are on the card, and peers are being told of them. When it
   * rejects, they may still be appended by the next append or the next start: look before appending the same again.
   *
   * @throws CORE_SHORT while the core lacks blocks that it had. Peers that hold them send them when they are attached; the
   *   next append then goes on.
   * @throws STORE_FAILED when the card does not take data any more
   */
  async append(blocks: Buffer[]): Promise<void> {
    await this.ready()
    const appended = this.#last.then(() => this.#append(blocks))
    // One that failed does not keep the next from trying: that one settles the outbox first.
    this.#last = appended.catch(() => {})
    return appended
  }

  async #append(blocks: Buffer[]): Promise<void> {
    await this.#settle()
    this.#assertLength(this.#store.promisedLength(this.#core.discoveryKey.toString('hex') as DiscoveryKey))
    await this.#commit(async (staged) => {
      const index = staged.length
      await staged.append(blocks)
      await this.#outbox.write({ index, blocks: await readStored(staged, index) })
    })
    await this.#outbox.clear()
  }

  #assertLength(expected: number): void {
    const { length } = this.#core
    if (length >= expected) return
    const core = shortId(this.#core.discoveryKey.toString('hex'))
    throw new WaystationError('CORE_SHORT', `Own core ${core} has ${length} blocks and had ${expected}`)
  }

  /** Brings the core to the end of what stands in the outbox, and empties it. */
  async #settle(): Promise<void> {
    const pending = await this.#outbox.read()
    if (pending === null) return
    this.#assertLength(pending.index)
    if (this.#core.length === pending.index) {
      await this.#commit(async (staged) => {
        await staged.setEncryption(null)
        await staged.append(pending.blocks)
      })
    } else {
      await this.#store.barrier()
    }
    await this.#outbox.clear()
  }

  /** Lets the core grow by what `stage` appends to a session of it, not before that is on the card. */
  async #commit(stage: (staged: Hypercore) => Promise<void>): Promise<void> {
    const atom = this.#store.cores.createAtom()
    // A session registers here what moves the core forward and tells the peers. It runs after the atom was written.
    const onflush = atom.onflush.bind(atom)
    atom.onflush = (moveForward) =>
      onflush(async () => {
        await this.#store.barrier()
        await moveForward()
      })
    const staged = this.#core.session({ atom })
    try {
      await staged.ready()
      await stage(staged)
      await atom.flush()
    } finally {
      await staged.close()
    }
  }
}

async function readStored(core: Hypercore, start: number): Promise<Buffer[]> {
  const blocks: Buffer[] = []
  for (let index = start; index < core.length; index++) {
    const block = await core.get(index, { raw: true, wait: false })
    if (block === null)
      throw new WaystationError('STORE_FAILED', 'A block that was just written is not there')
    blocks.push(block)
  }
  return blocks
}
