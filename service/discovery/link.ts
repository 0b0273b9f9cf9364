import type { Logger } from 'pino'
import type { Clock } from '../clock.ts'
import { Resource } from '../resource.ts'
import { Browser } from './browser.ts'
import { Claim } from './claim.ts'
import { MdnsSocket } from './mdns-socket.ts'
import { response, type Message, type Source } from './message.ts'
import type { UsableInterface } from './network-interfaces.ts'
import { mergeRecords, type OwnRecords } from './own-records.ts'
import { Responder } from './responder.ts'

/** The sets of names that the hub claims: its advert to phones, and its page's host name. Each is contested by itself. */
export type ClaimedSet = 'sync' | 'page'

export interface LinkParts {
  readonly link: UsableInterface
  readonly clock: Clock
  /** In [0, 1). */
  readonly random: () => number
  readonly logger: Logger
  /** Whether this is an advert of this hub itself, now or earlier. */
  isOwnInstance(instance: string): boolean
  isOwnAddress(address: string): boolean
}

export interface LinkEvents {
  'device-found': [device: { instance: string; address: string; port: number; interfaceName: string }]
  'device-lost': [device: { instance: string }]
  'names-lost': [set: ClaimedSet]
  'packet-malformed': []
}

/** The hub on one interface: what it says there, and whom it hears there. Nothing passes from one link to another. */
export class Link extends Resource<LinkEvents & Record<keyof LinkEvents, unknown[]>> {
  readonly #parts: LinkParts
  readonly #socket: MdnsSocket
  readonly #responder: Responder
  readonly #browser: Browser
  readonly #claims = new Map<ClaimedSet, Claim>()

  constructor(parts: LinkParts) {
    super()
    this.#parts = parts
    const { link, clock, random } = parts
    const multicast = (message: Message) => this.#multicast(message)
    this.#socket = new MdnsSocket({ link, logger: parts.logger })
    const own = () => mergeRecords([...this.#claims.values()].map(({ answerable }) => answerable))
    this.#responder = new Responder({
      clock,
      random,
      own,
      multicast,
      unicast: (message, to) => this.#socket.unicast(message, to)
    })
    this.#browser = new Browser({
      link,
      clock,
      random,
      multicast,
      ownAnswers: () => own().shared,
      isOwn: (instance) => parts.isOwnInstance(instance),
      onFound: (device) => this.emit('device-found', { ...device, interfaceName: link.name }),
      onLost: (instance) => this.emit('device-lost', { instance })
    })
  }

  protected override async _open(): Promise<void> {
    this.#socket.on('message', (message, from) => this.#hear(message, from))
    this.#socket.on('malformed', () => this.emit('packet-malformed'))
    await this.#socket.ready()
    this.#browser.start()
  }

  protected override async _close(): Promise<void> {
    // What is heard from here on would set timers that nobody clears.
    this.#socket.removeAllListeners('message')
    this.#browser.stop()
    this.#responder.stop()
    for (const set of this.#claims.keys()) await this.withdraw(set)
    await this.#socket.close()
  }

  /** Probes for the names of a set and announces it, in place of what the set held before, which is not taken back. */
  claim(set: ClaimedSet, recordsAt: (address: string) => OwnRecords, holdOffMs: number): void {
    const { clock, random, link, logger } = this.#parts
    this.#claims.get(set)?.end()
    const claim = new Claim({
      records: recordsAt(link.address),
      clock,
      random,
      multicast: (message) => this.#multicast(message),
      isOwnAddress: (address) => this.#parts.isOwnAddress(address),
      onHeld: () => logger.info({ set, interface: link.name, address: link.address }, 'advertised'),
      onLost: () => this.emit('names-lost', set)
    })
    this.#claims.set(set, claim)
    claim.start(holdOffMs)
  }

  /** Says goodbye to what had been announced of a set. */
  async withdraw(set: ClaimedSet): Promise<void> {
    const answers = this.#claims.get(set)?.end() ?? []
    this.#claims.delete(set)
    if (answers.length > 0) await this.#socket.multicast(response({ answers }))
  }

  /** Hears the group again and says everything again, when the kernel had dropped the membership unseen. */
  check(): void {
    if (!this.#socket.rejoin()) return
    this.#parts.logger.info({ interface: this.#parts.link.name }, 'joined the multicast group again')
    for (const claim of this.#claims.values()) claim.announceAgain()
    this.#browser.start()
  }

  #hear(message: Message, from: Source): void {
    // A claim that is lost is replaced while it is told: the copy keeps the new one from hearing of it.
    const claims = [...this.#claims.values()]
    if (message.kind === 'query') {
      for (const claim of claims) claim.hearQuery(message)
      this.#responder.hearQuery(message, from)
    } else {
      for (const claim of claims) claim.hearResponse(message)
      this.#responder.hearResponse(message)
      this.#browser.hearResponse(message)
    }
  }

  #multicast(message: Message): void {
    if (message.kind === 'response') this.#responder.noteSent([...message.answers, ...message.additionals])
    void this.#socket.multicast(message)
  }
}
