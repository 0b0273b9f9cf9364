import { once } from 'node:events'
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net'
import type { PeerAddress } from '../phones/commands.ts'
import type { PhoneOwner } from '../phones/phone.ts'

// How often a slow wire lets the next portion through: short, so that a phone sees an even flow.
const PORTION_MS = 20

/** The Wi-Fi between one phone and one other device: TCP passes through it until it is slowed down, frozen or cut. */
export class Wire {
  readonly #to: PeerAddress
  readonly #server: Server
  readonly #sockets = new Set<Socket>()
  readonly #portionBytes: number
  #frozen = false

  constructor(to: PeerAddress, bytesPerSecond: number) {
    this.#to = to
    this.#portionBytes = (bytesPerSecond * PORTION_MS) / 1000
    this.#server = createServer({ pauseOnConnect: true, noDelay: true }, (phone) => this.#carry(phone))
  }

  async open(): Promise<void> {
    this.#server.listen(0, '127.0.0.1')
    await once(this.#server, 'listening')
  }

  /** What a phone dials to reach the other end through this wire. */
  get address(): PeerAddress {
    return { deviceId: this.#to.deviceId, port: (this.#server.address() as AddressInfo).port }
  }

  /** From now on nothing passes, and neither end is told: what happens when a phone walks out of reach. */
  freeze(): void {
    this.#frozen = true
    for (const socket of this.#sockets) socket.pause()
  }

  /** Resets the connections, as when an access point goes off. */
  cut(): void {
    for (const socket of this.#sockets) socket.resetAndDestroy()
  }

  async close(): Promise<void> {
    this.cut()
    this.#server.close()
    await once(this.#server, 'close')
  }

  #carry(phone: Socket): void {
    const other = connect({ host: this.#to.host ?? '127.0.0.1', port: this.#to.port, noDelay: true })
    for (const socket of [phone, other]) {
      this.#sockets.add(socket)
      socket.on('error', () => {}) // every error ends in "close"
      socket.once('close', () => this.#sockets.delete(socket))
    }
    this.#pass(phone, other)
    this.#pass(other, phone)
  }

  #pass(from: Socket, to: Socket): void {
    from.on('data', (bytes) => {
      to.write(bytes)
      if (Number.isFinite(this.#portionBytes)) this.#hold(from, bytes.length)
      else if (to.writableNeedDrain) this.#holdUntilDrained(from, to)
    })
    from.on('close', () => {
      // Out of reach: the far end does not hear that this end has gone.
      if (!this.#frozen) to.destroy()
    })
    if (!this.#frozen) from.resume()
  }

  #hold(from: Socket, passedBytes: number): void {
    from.pause()
    setTimeout(
      () => {
        if (!this.#frozen) from.resume()
      },
      (PORTION_MS * passedBytes) / this.#portionBytes
    ).unref()
  }

  #holdUntilDrained(from: Socket, to: Socket): void {
    from.pause()
    to.once('drain', () => {
      if (!this.#frozen) from.resume()
    })
  }
}

/** A wire to a device, as fast as this machine unless `bytesPerSecond` says otherwise, that goes away with its owner. */
export async function openWire(
  owner: PhoneOwner,
  to: PeerAddress,
  { bytesPerSecond = Infinity } = {}
): Promise<Wire> {
  const wire = new Wire(to, bytesPerSecond)
  await wire.open()
  owner.teardown(() => wire.close())
  return wire
}
