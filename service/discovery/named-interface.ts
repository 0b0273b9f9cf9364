import type { RemoteInfo, Socket } from 'node:dgram'
import type mdns from 'mdns-server'
import type { UsableInterface } from './network-interfaces.ts'

type Accepts = (packet: Buffer, from: RemoteInfo) => boolean

/**
 * One interface as mdns-server is given it. mdns-server joins the group on whichever interface the routing table names: it
 * passes the address that the socket is bound to, which is the group's own, as that of the interface. A hub that is the
 * router has no default route, so that the join fails and nothing is heard; a hub with two networks hears one. mdns-server
 * keeps its sockets as properties of this object, and here each join gets the address of the interface, and each packet is
 * looked at before it is decoded.
 */
export class NamedInterface implements mdns.Interface {
  readonly family = 'IPv4'
  readonly name: string
  readonly address: string
  readonly #accepts: Accepts
  #send: Socket | null = null
  #receive: Socket | null = null

  constructor({ name, address }: UsableInterface, accepts: Accepts) {
    this.name = name
    this.address = address
    this.#accepts = accepts
  }

  /** Bound to the interface's own address: sends, and hears what is addressed to the hub alone. */
  get socketSend(): Socket | null {
    return this.#send
  }

  set socketSend(socket: Socket | null) {
    if (socket === null) this.#closeDropped()
    else this.#guard(socket)
    this.#send = socket
  }

  /** Bound to the group's address: hears what is multicast. */
  get socketRecv(): Socket | null {
    return this.#receive
  }

  set socketRecv(socket: Socket | null) {
    this.#receive = socket
    if (socket === null) return
    this.#guard(socket)
    const join = socket.addMembership.bind(socket)
    socket.addMembership = (group) => join(group, this.address)
  }

  /** When one of the two sockets fails, mdns-server drops this one without closing it. */
  #closeDropped(): void {
    try {
      this.#send?.close()
    } catch {
      // It is closed already when mdns-server was destroyed in the meantime.
    }
  }

  #guard(socket: Socket): void {
    const listeners = socket.listeners('message') as ((packet: Buffer, from: RemoteInfo) => void)[]
    socket.removeAllListeners('message')
    socket.on('message', (packet, from) => {
      if (this.#accepts(packet, from)) for (const listener of listeners) listener(packet, from)
    })
  }
}
