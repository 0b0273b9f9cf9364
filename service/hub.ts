import { join } from 'node:path'
import type { Logger } from 'pino'
import type { Clock } from './clock.ts'
import type { Config } from './config.ts'
import { DeviceIdentity } from './identity/device-identity.ts'
import type { DeviceId } from './ids.ts'
import { Peers } from './peers/peers.ts'
import { Invites } from './projects/invites.ts'
import { Projects } from './projects/projects.ts'
import { closeInReverse, openInOrder, Resource, type Lifecycle } from './resource.ts'
import { Store } from './storage/store.ts'
import { Sync } from './sync/sync.ts'

/** The whole appliance: builds its parts, opens them in order and closes them in reverse. */
export class Hub extends Resource {
  readonly #config: Config
  readonly #clock: Clock
  readonly #logger: Logger
  #parts: Lifecycle[] = []
  #address: { http: string; sync: { name: string; port: number }; deviceId: DeviceId } | null = null

  constructor(parts: { config: Config; logger: Logger; clock: Clock }) {
    super()
    this.#config = parts.config
    this.#clock = parts.clock
    this.#logger = parts.logger
  }

  get address() {
    if (this.#address === null) throw new Error('The hub is not open')
    return this.#address
  }

  protected override async _open() {
    const { data: directory, syncPort, invites: policy } = this.#config
    const clock = this.#clock
    const logger = this.#logger
    const store = new Store({ directory, clock, logger })
    const identity = new DeviceIdentity({ directory, logger })
    await openInOrder([identity, store], (err) => logger.error({ err }, 'closing a part failed'))
    this.#parts = [identity, store]
    const name = this.#config.name ?? `Waystation ${identity.deviceId.slice(0, 4).toUpperCase()}`
    const ownInfo = () => ({ name, deviceType: 'desktop' as const, features: ['ack' as const] })
    const peers = new Peers({ keyPair: identity.keyPair, port: syncPort, ownInfo, clock, logger })
    const projects = new Projects({ directory, identity, store, hubName: () => name, clock, logger })
    const sync = new Sync({ peers, projects, store, clock, logger })
    const invites = new Invites({
      peers,
      projects,
      policy,
      isServedBy: (project, inviter) => sync.isServedBy(project, inviter),
      clock,
      logger
    })
    invites.on('joined', (project, inviter) => void sync.joinedThrough(project, inviter))
    const rest = [projects, sync, invites, peers]
    await openInOrder(rest, (err) => logger.error({ err }, 'closing a part failed'))
    this.#parts.push(...rest)
    void join
    this.#address = {
      http: 'http://127.0.0.1:0',
      sync: { name, port: peers.port },
      deviceId: identity.deviceId
    }
  }

  protected override async _close() {
    await closeInReverse(this.#parts, (err) => this.#logger.error({ err }, 'closing a part failed'))
  }
}
