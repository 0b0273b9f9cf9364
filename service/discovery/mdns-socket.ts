import type { RemoteInfo } from 'node:dgram'
import type { DecodedPacket } from 'dns-packet'
import mdns from 'mdns-server'
import type { Logger } from 'pino'
import { Resource } from '../resource.ts'
import { encodeMessage, fromPacket, toPacket } from './codec.ts'
import { MDNS_GROUP, MDNS_PORT, type Message, type Source } from './message.ts'
import { NamedInterface } from './named-interface.ts'
import type { UsableInterface } from './network-interfaces.ts'
import { isOnLink } from './on-link.ts'
import { isPlausible, isResponse } from './packet-guard.ts'

// RFC 6762 section 11: every message is sent with this, so that an old receiver can tell that it was not routed.
const TTL = 255

/**
 * Multicast DNS on one interface: messages in, messages out. One mdns-server for each interface, since one for several
 * cannot tell where a packet came in; two of its sockets on one port hear each other's packets, and those are told apart by
 * the subnet of the sender.
 *
 * The port is shared with whatever else of this machine speaks multicast DNS, so that an answer to this address alone may
 * reach the other one: nothing here asks for such answers (RFC 6762 section 15.1).
 */
export class MdnsSocket extends Resource<{ message: [message: Message, from: Source]; malformed: [] }> {
  readonly #link: UsableInterface
  readonly #logger: Logger
  readonly #interface: NamedInterface
  readonly #server: mdns.Server

  constructor({ link, logger }: { link: UsableInterface; logger: Logger }) {
    super()
    this.#link = link
    this.#logger = logger
    this.#interface = new NamedInterface(link, (packet, from) => this.#accepts(packet, from))
    this.#server = mdns({ interfaces: [this.#interface], srcPort: MDNS_PORT, ttl: TTL, noInit: true })
  }

  /** @throws the socket's own error when the address has gone or the port cannot be shared */
  protected override async _open(): Promise<void> {
    try {
      await new Promise<void>((resolve, reject) => {
        this.#server.on('ready', resolve).on('error', reject).initServer()
      })
      this.#nameSendingInterface()
    } catch (error) {
      this.#server.removeAllListeners().on('error', () => {})
      this.#server.destroy()
      throw error
    }
    this.#server
      .removeAllListeners()
      .on('error', (err) => this.#logger.warn({ err }, 'multicast DNS socket failed'))
      .on('warning', () => this.emit('malformed'))
      .on('packet', (packet, { address, port }) => this.#receive(packet, { address, port }))
  }

  protected override async _close(): Promise<void> {
    this.#server.destroy()
  }

  /** Sends to everybody on the link. Resolves when the packet has left or could not: a lost packet is nothing special. */
  async multicast(message: Message): Promise<void> {
    const packet = toPacket(message)
    await new Promise<void>((sent) => {
      if (message.kind === 'query') this.#server.query(packet, null, sent)
      else this.#server.respond(packet, null, sent)
    })
  }

  /** Sends to one asker; mdns-server itself can only send to everybody. */
  unicast(message: Message, { address, port }: Source): void {
    this.#interface.socketSend?.send(encodeMessage(message), port, address, (err) => {
      if (err !== null) this.#logger.debug({ err }, 'multicast DNS answer could not be sent')
    })
  }

  /**
   * The kernel forgets a membership without a word when the interface is taken away, also when it is back before anyone
   * looks. Joining again succeeds only then.
   *
   * @returns whether the membership had been lost and has been made anew
   */
  rejoin(): boolean {
    try {
      this.#interface.socketRecv?.addMembership(MDNS_GROUP)
      this.#nameSendingInterface()
      return true
    } catch {
      // EADDRINUSE: still a member, as nearly always. Others: the address has gone, which the list of interfaces tells.
      return false
    }
  }

  // The kernel keeps the number of the interface, which is another one when it comes back.
  #nameSendingInterface(): void {
    this.#interface.socketSend?.setMulticastInterface(this.#link.address)
  }

  #receive(packet: DecodedPacket, from: Source): void {
    let message
    try {
      message = fromPacket(packet)
    } catch {
      this.emit('malformed')
      return
    }
    this.emit('message', message, from)
  }

  #accepts(packet: Buffer, { address, port }: RemoteInfo): boolean {
    if (!isOnLink(address, this.#link)) return false
    if (!isPlausible(packet)) {
      this.emit('malformed')
      return false
    }
    // RFC 6762 section 6: a response from another port is not multicast DNS.
    return port === MDNS_PORT || !isResponse(packet)
  }
}
