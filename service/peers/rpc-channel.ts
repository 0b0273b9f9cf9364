import { EventEmitter } from 'node:events'
import type Protomux from 'protomux'
import type { Logger } from 'pino'
import { decodeRpc, encodeRpc, RPC_TYPES, type RpcMessages, type RpcType } from '../wire/rpc.ts'

const PROTOCOL = 'mapeo/rpc'

/** A phone that sends this many messages that cannot be read is broken or hostile: its connection is closed. */
export const MAX_BAD_MESSAGES = 20

/** A message with its type, so that `switch (type)` narrows it. */
export type RpcReceived = { [T in RpcType]: { type: T; message: RpcMessages[T] } }[RpcType]

interface RpcChannelEvents {
  opened: []
  message: [received: RpcReceived]
  closed: []
}

/** The `mapeo/rpc` channel of one connection: invites and device info, as typed messages. */
export class RpcChannel extends EventEmitter<RpcChannelEvents> {
  readonly #logger: Logger
  readonly #mux: Protomux
  #channel: Protomux.Channel | null = null
  #bad = 0

  constructor(parts: { mux: Protomux; logger: Logger }) {
    super()
    this.#mux = parts.mux
    this.#logger = parts.logger
  }

  /** Both sides try to open the channel as soon as the stream is up; only one may exist. */
  open(): void {
    this.#mux.pair({ protocol: PROTOCOL }, () => this.#create())
    this.#create()
  }

  /** @returns false when the channel is not open, so that the message went nowhere */
  send<T extends RpcType>(type: T, message: RpcMessages[T]): boolean {
    const channel = this.#channel
    if (channel === null || channel.closed) return false
    channel.messages[RPC_TYPES.indexOf(type)]?.send(encodeRpc(type, message))
    return true
  }

  #create(): void {
    if (this.#mux.opened({ protocol: PROTOCOL })) return
    const channel = this.#mux.createChannel({
      protocol: PROTOCOL,
      messages: RPC_TYPES.map((type) => ({
        onmessage: (bytes: Buffer) => {
          if (type !== null) this.#receive(type, bytes)
        }
      })),
      onopen: () => this.emit('opened'),
      onclose: () => this.emit('closed')
    })
    if (channel === null) return
    this.#channel = channel
    channel.open()
  }

  // Nothing may be thrown into Protomux: it would end the connection, and one bad message is only dropped.
  #receive(type: RpcType, bytes: Buffer): void {
    let message
    try {
      message = decodeRpc(type, bytes)
    } catch (err) {
      this.#bad++
      this.#logger.warn({ type, bad: this.#bad, err }, 'unreadable message dropped')
      if (this.#bad > MAX_BAD_MESSAGES) this.#mux.destroy(new Error('Too many unreadable messages'))
      return
    }
    this.emit('message', { type, message } as RpcReceived)
  }
}
