import type Protomux from 'protomux'

/** The protocol that hypercores replicate by. */
export const REPLICATION_PROTOCOL = 'hypercore/alpha'

/**
 * No core has blocks beyond this: of photos they would be 4 TiB. The library walks over every segment of 2,097,152 blocks up to the
 * last one that it was told of, and makes a page for every 32,768 blocks of a range: one message could stop the hub for good.
 */
export const MAX_BLOCKS = 2 ** 26

/** Blocks of one core that a device may have asked for at a time. Phones and hubs ask for 512 at most (hypercore). */
export const MAX_REQUESTS_WAITING = 2_048

/** hypercore's bitfields are kept in pages of so many blocks. */
const BLOCKS_PER_PAGE = 32_768

/** What a page takes: the bits, and as much again to find the first of many. */
const BYTES_PER_PAGE = 8_192

/** Places of the messages in hypercore's channel. */
const REQUEST = 1
const BITFIELD = 7
const RANGE = 8

/** internal to hypercore: the peer that a channel belongs to, and what it was asked for. */
interface Replicating {
  readonly remoteRequests: { readonly size: number }
  readonly receiverQueue: { readonly queue: { readonly length: number } }
}

/**
 * Judges what a device says about cores before hypercore believes it. The library trusts whoever knows the key of a core,
 * which a removed member does too.
 */
export class ReplicationGuard {
  readonly #maxToldPages: () => number
  readonly #onTold: (bytes: number) => void
  readonly #onMisuse: (reason: string) => void
  readonly #toldPages = new WeakMap<Protomux.Channel, Set<number>>()
  #pages = 0

  /** @param parts.onTold told how many bytes the pages take that the device has told something of */
  constructor(parts: {
    maxToldPages: () => number
    onTold: (bytes: number) => void
    onMisuse: (reason: string) => void
  }) {
    this.#maxToldPages = parts.maxToldPages
    this.#onTold = parts.onTold
    this.#onMisuse = parts.onMisuse
  }

  /** @returns a channel of a core, of which each message first goes by the guard */
  guard(channel: Protomux.ChannelOptions): Protomux.ChannelOptions {
    return {
      ...channel,
      messages: channel.messages?.map((options, type) => this.#guardMessage(options, type)) ?? [],
      onclose: (isRemote, closed) => {
        this.#countPages(-(this.#toldPages.get(closed)?.size ?? 0))
        this.#toldPages.delete(closed)
        return channel.onclose?.(isRemote, closed)
      }
    }
  }

  #guardMessage(options: Protomux.MessageOptions, type: number): Protomux.MessageOptions {
    const judge = this.#judgeOf(type)
    if (judge === null) return options
    return {
      ...options,
      onmessage: (message, channel) => {
        const misuse = judge(message as never, channel)
        if (misuse === null) return options.onmessage?.(message, channel)
        this.#onMisuse(misuse)
      }
    }
  }

  #judgeOf(type: number): ((message: never, channel: Protomux.Channel) => string | null) | null {
    switch (type) {
      case REQUEST:
        return (_message, channel) => this.#judgeRequest(channel.userData as Replicating)
      case BITFIELD:
        return ({ start, bitfield }: { start: number; bitfield: Uint32Array }, channel) =>
          this.#judgeTold(channel, start, start + bitfield.length * 32)
      case RANGE:
        return ({ start, length }: { start: number; length: number }, channel) =>
          // From the first block on it is one number for the library, and no page.
          start === 0 && length <= MAX_BLOCKS ? null : this.#judgeTold(channel, start, start + length)
      default:
        return null
    }
  }

  #countPages(more: number): void {
    if (more === 0) return
    this.#pages += more
    this.#onTold(this.#pages * BYTES_PER_PAGE)
  }

  #judgeRequest({ remoteRequests, receiverQueue }: Replicating): string | null {
    // What was asked for and cancelled waits in the queue as well, until the device reads.
    const waiting = Math.max(remoteRequests.size, receiverQueue.queue.length)
    return waiting < MAX_REQUESTS_WAITING ? null : 'Too many requests that wait for it to read'
  }

  #judgeTold(channel: Protomux.Channel, start: number, end: number): string | null {
    if (end > MAX_BLOCKS) return 'It tells of blocks that no core has'
    const pages = this.#toldPages.get(channel) ?? new Set()
    this.#toldPages.set(channel, pages)
    const before = pages.size
    for (let page = Math.floor(start / BLOCKS_PER_PAGE); page * BLOCKS_PER_PAGE < end; page++) pages.add(page)
    this.#countPages(pages.size - before)
    return this.#pages <= this.#maxToldPages() ? null : 'It tells of more blocks than there can be'
  }
}
