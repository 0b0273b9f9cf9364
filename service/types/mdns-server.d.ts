// Types of the parts of mdns-server that Waystation uses; it ships none of its own.

declare module 'mdns-server' {
  import type { Socket } from 'node:dgram'
  import type { EventEmitter } from 'node:events'
  import type { DecodedPacket, Packet } from 'dns-packet'

  namespace mdns {
    /** mdns-server keeps the two sockets of an interface as properties of the object that it was given. */
    interface Interface {
      readonly name: string
      readonly address: string
      readonly family: 'IPv4' | 'IPv6'
      socketSend: Socket | null
      socketRecv: Socket | null
    }

    interface Options {
      interfaces: Interface[]
      /** Source port of what is sent; the library's own is any free port, which RFC 6762 forbids for responses. */
      srcPort: number
      ttl?: number
      noInit?: boolean
    }

    interface Source {
      address: string
      port: number
      size: number
      interface: string
    }

    interface Server extends EventEmitter {
      on(event: 'ready', listener: () => void): this
      on(event: 'packet', listener: (packet: DecodedPacket, from: Source) => void): this
      /** `warning` is a packet that could not be decoded, or a socket error that does not end the socket. */
      on(event: 'error' | 'warning', listener: (error: Error) => void): this
      initServer(): void
      query(packet: Packet, to: null, done: () => void): void
      respond(packet: Packet, to: null, done: () => void): void
      destroy(done?: () => void): void
    }
  }

  function mdns(options: mdns.Options): mdns.Server
  export = mdns
}
