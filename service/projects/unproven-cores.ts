import type Hypercore from 'hypercore'
import type { Logger } from 'pino'
import { shortId, type CoreKey, type DeviceId } from '../ids.ts'
import { Resource } from '../resource.ts'
import { AuthReader, type AuthDocument } from './auth-reader.ts'

/** Unproven cores that one device may have named. An honest one names members: those that the hub has not met yet. */
export const MAX_UNPROVEN_PER_DEVICE = 50
/** And all devices of a project together. */
export const MAX_UNPROVEN = 200

/** An auth core that a device named, and that nobody has proved to be a member's. It is in memory alone. */
export interface UnprovenCore {
  readonly key: CoreKey
  readonly core: Hypercore
  readonly reader: Hypercore
}

interface Held extends UnprovenCore {
  readonly namedBy: Set<DeviceId>
  readonly auth: AuthReader
  readonly download: Hypercore.Download
}

interface UnprovenCoresEvents {
  opened: [core: UnprovenCore, namedBy: DeviceId]
  /** It is about to be closed: nobody may use it any more. Nobody names it now, or it cannot be anybody's, or it is kept. */
  closing: [core: UnprovenCore]
}

/**
 * Keeps what devices claim apart from what is proved. A stranger who holds the project key could name thousands of cores:
 * of each only the first block is asked for, from those who named it. It is in memory, and gone when they go without proof: the card
 * never holds any of it.
 */
export class UnprovenCores extends Resource<UnprovenCoresEvents> {
  readonly #open: (key: CoreKey) => Promise<{ core: Hypercore; reader: Hypercore }>
  readonly #isKept: (key: CoreKey) => boolean
  readonly #onDocuments: (key: CoreKey, documents: AuthDocument[]) => void
  readonly #logger: Logger
  readonly #held = new Map<CoreKey, Held>()
  readonly #refused = new Set<DeviceId>()
  // One change at a time: a core is never opened twice, and never opened while it is being deleted.
  #last: Promise<unknown> = Promise.resolve()

  constructor(parts: {
    open: (key: CoreKey) => Promise<{ core: Hypercore; reader: Hypercore }>
    /** Whether a core is kept as a member's by now. */
    isKept: (key: CoreKey) => boolean
    onDocuments: (key: CoreKey, documents: AuthDocument[]) => void
    logger: Logger
  }) {
    super()
    this.#open = parts.open
    this.#isKept = parts.isKept
    this.#onDocuments = parts.onDocuments
    this.#logger = parts.logger
  }

  /** Opens a core that a device named; one that is open already is offered to that device too. */
  name(key: CoreKey, namedBy: DeviceId): void {
    this.#inTurn(async () => {
      if (this.closing !== null || this.#isKept(key)) return
      const held = this.#held.get(key) ?? (await this.#hold(key, namedBy))
      if (held === null || held.namedBy.has(namedBy)) return
      held.namedBy.add(namedBy)
      this.emit('opened', held, namedBy)
    })
  }

  /** The device has gone, and with it what it named without proof. */
  forget(deviceId: DeviceId): void {
    this.#inTurn(async () => {
      this.#refused.delete(deviceId)
      for (const held of [...this.#held.values()]) {
        if (!held.namedBy.delete(deviceId) || held.namedBy.size > 0) continue
        await this.#drop(held)
      }
    })
  }

  /**
   * Somebody's it is, and it is kept from now on.
   * @param keep gets what is in memory of it, if anything is. Nothing else happens to unproven cores until it has finished.
   */
  async handOver<T>(key: CoreKey, keep: (inMemory: Hypercore | undefined) => Promise<T>): Promise<T> {
    const kept = this.#last.then(async () => {
      const held = this.#held.get(key)
      if (held === undefined) return keep(undefined)
      await this.#letGo(held)
      try {
        return await keep(held.core)
      } finally {
        await close(held)
      }
    })
    this.#last = kept.catch(() => {}) // whoever keeps it is told
    return kept
  }

  /** It can never be anybody's. */
  reject(key: CoreKey): void {
    this.#inTurn(async () => {
      const held = this.#held.get(key)
      if (held !== undefined) await this.#drop(held)
    })
  }

  protected override async _close() {
    await this.#last
    for (const held of [...this.#held.values()]) await this.#drop(held)
  }

  #inTurn(act: () => Promise<void>): void {
    this.#last = this.#last.then(act).catch((err: unknown) => {
      this.#logger.error({ err }, 'unproven core failed')
    })
  }

  async #hold(key: CoreKey, namedBy: DeviceId): Promise<Held | null> {
    const byDevice = [...this.#held.values()].filter((held) => held.namedBy.has(namedBy)).length
    if (byDevice >= MAX_UNPROVEN_PER_DEVICE || this.#held.size >= MAX_UNPROVEN) {
      this.#refuse(namedBy, byDevice)
      return null
    }
    const { core, reader } = await this.#open(key)
    const auth = new AuthReader({
      core: reader,
      onDocuments: (documents) => this.#onDocuments(key, documents),
      onError: (err) => this.#logger.error({ err, core: shortId(key) }, 'unproven core cannot be read')
    })
    const held: Held = {
      key,
      core,
      reader,
      auth,
      download: core.download({ blocks: [0] }),
      namedBy: new Set()
    }
    this.#held.set(key, held)
    await auth.look()
    return held
  }

  #refuse(namedBy: DeviceId, byDevice: number): void {
    // Once per device: a thousand cores fit in one message.
    if (this.#refused.has(namedBy)) return
    this.#refused.add(namedBy)
    this.#logger.warn({ peer: shortId(namedBy), byDevice }, 'too many unproven cores: no more are opened')
  }

  async #drop(held: Held): Promise<void> {
    await this.#letGo(held)
    await close(held)
  }

  /** It is neither exchanged nor read from now on. */
  async #letGo(held: Held): Promise<void> {
    this.#held.delete(held.key)
    await held.auth.stop()
    held.download.destroy()
    this.emit('closing', held)
  }
}

async function close({ core, reader }: Held): Promise<void> {
  await reader.close()
  await core.close()
}
