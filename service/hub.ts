import type { Logger } from 'pino'
import { openAdvertising } from './assembly/advertising.ts'
import { openEngine } from './assembly/engine.ts'
import type { Foundation } from './assembly/foundation.ts'
import { openKeeping } from './assembly/keeping.ts'
import { openPage } from './assembly/page.ts'
import type { Clock } from './clock.ts'
import type { Config } from './config.ts'
import type { StopRequest } from './exit-codes.ts'
import type { DeviceId } from './ids.ts'
import { OpenedParts, Resource } from './resource.ts'
import { isDamage } from './storage/damage.ts'
import { Store } from './storage/store.ts'
import { IdleMemory } from './system/idle-memory.ts'
import type { LogBuffer } from './system/log-buffer.ts'
import { memoryLimit } from './system/memory-limit.ts'
import { MemoryPressure } from './system/memory-pressure.ts'

/** Where a running hub is to be found. */
export interface HubAddress {
  /** URL of the page. */
  readonly http: string
  readonly sync: { readonly name: string; readonly port: number }
  readonly deviceId: DeviceId
}

/** The whole appliance: builds its parts in reading order, connects them, and closes them in reverse. */
export class Hub extends Resource<{ 'stop-requested': [request: StopRequest] }> {
  readonly #config: Config
  readonly #clock: Clock
  readonly #logger: Logger
  readonly #log: LogBuffer
  readonly #parts = new OpenedParts()
  #address: HubAddress | null = null
  #store: Store | null = null

  /** @param parts.log the end of what `logger` writes */
  constructor(parts: { config: Config; logger: Logger; log: LogBuffer; clock: Clock }) {
    super()
    this.#config = parts.config
    this.#clock = parts.clock
    this.#logger = parts.logger
    this.#log = parts.log
  }

  get address(): HubAddress {
    if (this.#address === null) throw new Error('The hub is not open')
    return this.#address
  }

  protected override async _open() {
    try {
      this.#address = await this.#startOrRebuild()
    } catch (error) {
      await this._close()
      throw error
    }
  }

  protected override async _close() {
    await this.#parts.close((err) => this.#logger.error({ err }, 'closing a part failed'))
  }

  /** A database that opens, and of which the cores cannot be read, is one more that phones must fill again. */
  async #startOrRebuild(): Promise<HubAddress> {
    try {
      return await this.#start()
    } catch (error) {
      if (!this.#store?.opened || this.#store.rebuilt || !isDamage(error)) throw error
      this.#logger.error({ err: error }, 'the cores cannot be read: the database is set aside')
      await this.#store.damaged.condemn()
    }
    await this._close()
    return this.#start()
  }

  async #start(): Promise<HubAddress> {
    const config = this.#config
    const clock = this.#clock
    const loggerOf = (part: string) => this.#logger.child({ part })
    const foundation: Foundation = {
      config,
      clock,
      parts: this.#parts,
      loggerOf,
      log: this.#log,
      startedAt: new Date(clock.now()).toISOString(),
      requestStop: (request) => this.emit('stop-requested', request)
    }
    this.#store = new Store({ directory: config.data, clock, logger: loggerOf('storage') })

    const keeping = await openKeeping(foundation, this.#store)
    const engine = await openEngine(foundation, keeping)
    const web = await openPage(foundation, keeping, engine)
    if (config.mdns) await openAdvertising(foundation, engine, web)
    await this.#parts.open(new IdleMemory({ clock }))
    await this.#parts.open(new MemoryPressure({ limitBytes: memoryLimit(), clock }))

    const { identity, hubName } = keeping
    return {
      http: web.url,
      sync: { name: hubName(), port: engine.peers.port },
      deviceId: identity.deviceId
    }
  }
}
