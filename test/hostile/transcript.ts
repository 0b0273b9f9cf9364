import c from 'compact-encoding'
import { RPC_TYPES } from '../../service/wire/rpc.ts'
import { decodeHave } from '../../service/wire/have-extension.ts'
import { decodeProjectExtension } from '../../service/wire/project-extension.ts'

/** What the secret stream adds to a message: three bytes of length, and the 17 of the authenticated cipher. */
const FRAME_OVERHEAD_BYTES = 3 + 17

/** The messages of hypercore's channel, in their order on the wire. */
const CORE_MESSAGES = [
  ...['sync', 'request', 'cancel', 'block', 'noData', 'want', 'unwant', 'bitfield', 'range', 'extension']
] as const

interface Channel {
  protocol: string
  id: Buffer | null
  /** The last one that was named. */
  extension: string
}

const NOT_OPENED: Channel = { protocol: 'a channel that it did not open', id: null, extension: '' }

interface State {
  buffer: Buffer
  start: number
  end: number
}

/** One thing that the hub said. */
export interface Statement {
  /** In words: `opens mapeo/rpc`, `rpc DeviceInfo`, `block of `, `have of auth`, … */
  readonly what: string
  /** What it was said of. */
  readonly channel: Channel | null
  /** Hex keys of auth cores that it names. */
  readonly keys: readonly string[]
}

/**
 * Everything that the hub gave to one device, byte by byte, and what it was. It reads the frames by itself: what the libraries
 * of this end make of them does not matter. Bytes that it cannot name are a statement, too, which no test allows.
 */
export class Transcript {
  readonly statements: Statement[] = []
  readonly #frames: Buffer[] = []
  readonly #nameOf: (discoveryKey: string) => string | undefined
  readonly #channels = new Map<number, Channel>()

  /** @param nameOf what a core is called, by its discovery key in hex */
  constructor(nameOf: (discoveryKey: string) => string | undefined) {
    this.#nameOf = nameOf
  }

  /** All bytes of all messages, in order. */
  get bytes(): Buffer {
    return Buffer.concat(this.#frames)
  }

  /** How many bytes these messages had on the network. */
  get wireBytes(): number {
    return this.#frames.reduce((sum, frame) => sum + frame.byteLength + FRAME_OVERHEAD_BYTES, 0)
  }

  /** What was said from the given statement on, each once, in alphabetical order. */
  said(from = 0): string[] {
    const said = this.statements
      .slice(from)
      .map(({ what, channel }) => (channel === null ? what : `${what} ${this.#describe(channel)}`))
    return [...new Set(said)].sort()
  }

  readonly record = (frame: Buffer): void => {
    this.#frames.push(Buffer.from(frame))
    try {
      const state = { buffer: frame, start: 0, end: frame.byteLength }
      this.#message(c.uint.decode(state), state)
    } catch {
      this.#say(`bytes that are no message: ${frame.toString('hex', 0, 40)}`)
    }
  }

  #say(what: string, { channel = null, keys = [] }: Partial<Statement> = {}): void {
    this.statements.push({ what, channel, keys })
  }

  #message(channelId: number, state: State): void {
    const type = c.uint.decode(state)
    if (channelId === 0) this.#control(type, state)
    else this.#onChannel(this.#channels.get(channelId) ?? NOT_OPENED, type, state)
  }

  #control(type: number, state: State): void {
    if (type === 0) this.#batch(state)
    else if (type === 1) this.#opens(state)
    else if (type === 2) this.#say('rejects a channel')
    else if (type === 3) {
      const id = c.uint.decode(state)
      this.#say('closes', { channel: this.#channels.get(id) ?? NOT_OPENED })
      this.#channels.delete(id)
    } else this.#say(`unknown control message ${type}`)
  }

  #batch(state: State): void {
    let channelId = c.uint.decode(state)
    while (state.start < state.end) {
      const length = c.uint.decode(state)
      if (length === 0) {
        channelId = c.uint.decode(state)
        continue
      }
      const end = state.start + length
      this.#message(channelId, { buffer: state.buffer, start: state.start, end })
      state.start = end
    }
  }

  #opens(state: State): void {
    const channelId = c.uint.decode(state)
    const protocol = c.string.decode(state)
    const id = c.optionalBuffer.decode(state)
    const channel = { protocol, id: id && Buffer.from(id), extension: '' }
    this.#channels.set(channelId, channel)
    this.#say('opens', { channel })
  }

  #onChannel(channel: Channel, type: number, state: State): void {
    if (channel.protocol === 'mapeo/rpc') this.#say(`rpc ${RPC_TYPES[type] ?? `unknown ${type}`}`)
    else if (channel.protocol !== 'hypercore/alpha') this.#say(`message ${type} on`, { channel })
    else if (CORE_MESSAGES[type] === 'extension')
      this.#extension(this.#extensionOn(channel, c.string.decode(state)), state)
    else this.#say(`${CORE_MESSAGES[type] ?? `unknown message ${type}`} of`, { channel })
  }

  /** One that is named as the one before on the same channel has no name. */
  #extensionOn(channel: Channel, name: string): string {
    channel.extension = name === '' ? channel.extension : name
    return channel.extension
  }

  #extension(name: string, { buffer, start, end }: State): void {
    const message = buffer.subarray(start, end)
    if (name === 'mapeo/have') {
      const { namespace, discoveryKey } = decodeHave(message)
      this.#say(`have of ${namespace}`, { keys: [discoveryKey.toString('hex')] })
    } else if (name === 'mapeo/project') {
      const keys = decodeProjectExtension(message).map((key) => key.toString('hex'))
      this.#say('keys of auth cores', { keys })
    } else this.#say(`extension ${name}`)
  }

  #describe({ protocol, id }: Channel): string {
    if (id === null) return protocol
    const key = id.toString('hex')
    return this.#nameOf(key) ?? `${protocol} ${key}`
  }
}
