import { randomBytes as cryptoRandomBytes } from 'node:crypto'
import type { Logger } from 'pino'
import type { Clock, Timer } from '../clock.ts'
import { Resource } from '../resource.ts'
import { ConflictPace } from './conflict-pace.ts'
import { Link, type ClaimedSet } from './link.ts'
import { linkKey, type NetworkInterfaces, type UsableInterface } from './network-interfaces.ts'
import { pageRecords, syncRecords, type OwnRecords } from './own-records.ts'
import { Presence } from './presence.ts'

// CoMapeo peer protocol: the name of an advert is 8 random bytes in hex, and says nothing about the device.
const INSTANCE_BYTES = 8
// How often a link that could not be opened is tried again, and a lost membership is looked for.
const CHECK_INTERVAL_MS = 5_000
// An echo is at most seconds late, and phones are made to dial again once a minute at most.
const OWN_INSTANCES_KEPT = 8

export interface DiscoveryParts {
  /** TCP port that phones dial. */
  readonly syncPort: number
  /** TCP port of the page. */
  readonly httpPort: number
  /** Host name to ask for, one label without `.local`. */
  readonly hostName?: string
  readonly interfaces: NetworkInterfaces
  readonly clock: Clock
  readonly logger: Logger
  readonly randomBytes?: (length: number) => Buffer
}

export interface FoundDevice {
  readonly instance: string
  /** Private IPv4. */
  readonly address: string
  readonly port: number
  readonly interfaceName: string
}

export interface DiscoveryEvents {
  /** Heard for the first time on this interface, or with another address or port than before. */
  'device-found': [device: FoundDevice]
  /** Said goodbye, or has not been heard for as long as it had promised, on every interface. */
  'device-lost': [device: { instance: string }]
  'host-name-changed': [name: string]
}

/**
 * Makes the hub findable without anybody typing an address: advertises the sync port to CoMapeo devices and the page to
 * browsers on every usable interface, follows interfaces as they come and go, and tells which other devices are there. It
 * dials nobody. See README.md beside this file.
 */
export class Discovery extends Resource<DiscoveryEvents & Record<keyof DiscoveryEvents, unknown[]>> {
  readonly #parts: DiscoveryParts
  readonly #randomBytes: (length: number) => Buffer
  readonly #links = new Map<string, Link>()
  readonly #presence = new Presence()
  readonly #pace: ConflictPace
  /** Names that this process advertises under or has lately: a late echo of an old one is still our own. */
  #ownInstances: readonly string[] = []
  #instance: string
  #hostNumber = 1
  #malformedPackets = 0
  #timer: Timer | null = null
  /** One change of links after another: a link is opened once and closed once, whatever happens meanwhile. */
  #following: Promise<void> = Promise.resolve()

  constructor(parts: DiscoveryParts) {
    super()
    this.#parts = parts
    this.#randomBytes = parts.randomBytes ?? cryptoRandomBytes
    this.#pace = new ConflictPace(parts.clock)
    this.#instance = this.#newInstance()
  }

  /** Name of the hub's own `_comapeo._tcp` advert: 16 characters of hex, new at each start and each bounce. */
  get instance(): string {
    return this.#instance
  }

  /** Host name of the page, such as `waystation.local`. Another device that has the name already makes it change. */
  get hostName(): string {
    return `${this.#hostLabel}.local`
  }

  /** Packets since the start that could not be read, or claimed what cannot be. */
  get malformedPackets(): number {
    return this.#malformedPackets
  }

  /** Opens the links that there are. Names are free to use about a second later: nothing has to wait for that. */
  protected override async _open(): Promise<void> {
    this.#parts.interfaces.on('changed', this.#onInterfacesChanged)
    this.#timer = this.#parts.clock.every(CHECK_INTERVAL_MS, () => this.#check())
    await this.#follow()
  }

  protected override async _close(): Promise<void> {
    this.#parts.interfaces.off('changed', this.#onInterfacesChanged)
    this.#timer?.clear()
    await this.#following
    for (const link of this.#links.values()) await link.close()
    this.#links.clear()
  }

  /**
   * Says goodbye and advertises under a new name, so that phones that have found the hub before find and dial it again
   * (CoMapeo peer protocol: a phone dials once for each advert that it resolves). Resolves when the goodbyes are sent; the new
   * advert follows after its probes, about a second later.
   */
  async bounce(): Promise<void> {
    this.#instance = this.#newInstance()
    await this.#claimAnew('sync')
  }

  get #hostLabel(): string {
    const wanted = this.#parts.hostName ?? 'waystation'
    return this.#hostNumber === 1 ? wanted : `${wanted}-${this.#hostNumber}`
  }

  #newInstance(): string {
    const instance = this.#randomBytes(INSTANCE_BYTES).toString('hex')
    this.#ownInstances = [...this.#ownInstances, instance].slice(-OWN_INSTANCES_KEPT)
    return instance
  }

  readonly #onInterfacesChanged = (): void => void this.#follow()

  #check(): void {
    for (const link of this.#links.values()) link.check()
    if (this.#parts.interfaces.list().some((link) => !this.#links.has(linkKey(link)))) void this.#follow()
  }

  #follow(): Promise<void> {
    this.#following = this.#following.then(() => this.#reconcile())
    return this.#following
  }

  /** Makes the open links those that there are. */
  async #reconcile(): Promise<void> {
    if (this.closing !== null) return
    const wanted = new Map(this.#parts.interfaces.list().map((link) => [linkKey(link), link]))
    for (const [key, link] of this.#links) if (!wanted.has(key)) await this.#closeLink(key, link)
    for (const [key, link] of wanted) if (!this.#links.has(key)) await this.#openLink(key, link)
  }

  async #openLink(key: string, of: UsableInterface): Promise<void> {
    const { clock, logger } = this.#parts
    const link = new Link({
      link: of,
      clock,
      logger,
      random: () => this.#randomBytes(4).readUInt32BE() / 2 ** 32,
      isOwnInstance: (instance) => this.#ownInstances.includes(instance),
      isOwnAddress: (address) => this.#parts.interfaces.list().some((own) => own.address === address)
    })
    link.on('device-found', (device) => {
      this.#presence.heard(device.instance, key)
      this.emit('device-found', device)
    })
    link.on('device-lost', ({ instance }) => {
      if (this.#presence.gone(instance, key)) this.emit('device-lost', { instance })
    })
    link.on('names-lost', (set) => this.#takeNextName(set))
    link.on('packet-malformed', () => (this.#malformedPackets += 1))
    try {
      await link.ready()
    } catch (err) {
      // The address may have gone between the list and the socket. The next check tries again.
      logger.warn({ err, interface: of.name }, 'cannot advertise on this interface')
      return
    }
    logger.info({ interface: of.name, address: of.address }, 'link opened')
    this.#links.set(key, link)
    this.#claim(link, 'sync')
    this.#claim(link, 'page')
  }

  async #closeLink(key: string, link: Link): Promise<void> {
    this.#links.delete(key)
    await link.close()
    this.#parts.logger.info({ link: key }, 'link closed')
    for (const instance of this.#presence.linkGone(key)) this.emit('device-lost', { instance })
  }

  /** A name that is taken on one link is given up on all: a device that is on two of them must not see two names. */
  #takeNextName(set: ClaimedSet): void {
    if (set === 'sync') this.#instance = this.#newInstance()
    else this.#hostNumber += 1
    this.#parts.logger.warn({ set, hostName: this.hostName }, 'name is taken, next one is tried')
    void this.#claimAnew(set, this.#pace.afterConflict())
    if (set === 'page') this.emit('host-name-changed', this.hostName)
  }

  /** Gives a set of names up on all links at once, then claims what is wanted now. Resolves when the goodbyes are sent. */
  async #claimAnew(set: ClaimedSet, holdOffMs = 0): Promise<void> {
    const links = [...this.#links]
    await Promise.all(links.map(([, link]) => link.withdraw(set)))
    for (const [key, link] of links) {
      // A link may have gone in the meantime; one that has come claims by itself.
      if (this.#links.get(key) === link && this.closing === null) this.#claim(link, set, holdOffMs)
    }
  }

  #claim(link: Link, set: ClaimedSet, holdOffMs = 0): void {
    link.claim(set, (address) => this.#records(set, address), holdOffMs)
  }

  #records(set: ClaimedSet, address: string): OwnRecords {
    const { syncPort, httpPort } = this.#parts
    return set === 'sync'
      ? syncRecords({ instance: this.#instance, port: syncPort, address })
      : pageRecords({ label: this.#hostLabel, port: httpPort, address })
  }
}
