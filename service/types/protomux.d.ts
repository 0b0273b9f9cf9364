// Types of the parts of protomux that Waystation uses; it ships none of its own.
// Members marked "internal" are not documented by the library: each use names the reason.

declare module 'protomux' {
  import type { Duplex } from 'streamx'

  namespace Protomux {
    interface ChannelOptions {
      protocol: string
      id?: Buffer | null
      handshake?: unknown
      unique?: boolean
      userData?: unknown
      messages?: MessageOptions[]
      onopen?(handshake: unknown): void
      onclose?(isRemote: boolean, channel: Channel): void
      ondestroy?(): void
    }
    interface MessageOptions {
      encoding?: unknown
      onmessage?(message: Buffer, channel: Channel): void | Promise<void>
    }
    interface Message {
      send(message: Buffer): boolean
    }
    interface Channel {
      readonly protocol: string
      readonly id: Buffer | null
      readonly opened: boolean
      readonly closed: boolean
      readonly userData: unknown
      readonly messages: Message[]
      open(handshake?: unknown): void
      close(): void
    }
  }

  class Protomux {
    constructor(stream: Duplex)
    readonly stream: Duplex
    createChannel(options: Protomux.ChannelOptions): Protomux.Channel | null
    pair(key: { protocol: string; id?: Buffer | null }, onpair: (id: Buffer | null) => unknown): void
    unpair(key: { protocol: string; id?: Buffer | null }): void
    opened(key: { protocol: string; id?: Buffer | null }): boolean
    destroy(error?: Error): void
    /** internal: called for each channel that the remote opens and nobody here takes. */
    _rejectSession(info: object, remoteId: number): void
    [Symbol.iterator](): IterableIterator<Protomux.Channel>
  }
  export = Protomux
}
