import SecretStream from '@hyperswarm/secret-stream'
import type { Socket } from 'node:net'
import type { Clock } from '../clock.ts'
import type { DeviceId } from '../ids.ts'
import type { Direction } from './duplicate-rule.ts'
import { HandshakeGuard } from './handshake-guard.ts'

/** CoMapeo has no time-out for the handshake; a stranger who opens a socket and says nothing must not hold it. */
export const HANDSHAKE_TIMEOUT_MS = 10_000

/** With these Linux notices a silent, vanished device after about 40 s. Phones use the same. */
const TCP_KEEP_ALIVE_MS = 30_000

/**
 * Frames before the first message, in the Noise pattern XX: the side that dialed sends two of the handshake and its stream
 * header, the other side one and its header. It does not wait for ours, so all of it may arrive at once with more.
 */
const HANDSHAKE_FRAMES = { incoming: 3, outgoing: 2 } as const satisfies Record<Direction, number>

/** One encrypted TCP connection whose other end has proved its identity. */
export class SecureConnection {
  readonly deviceId: DeviceId
  readonly direction: Direction
  /** Private IPv4 address of the other end. */
  readonly address: string
  readonly stream: SecretStream
  /** Resolves when both the stream and its socket are closed. */
  readonly closed: Promise<void>
  #isClosed = false

  private constructor(parts: {
    stream: SecretStream
    socket: Socket
    direction: Direction
    address: string
  }) {
    this.stream = parts.stream
    this.direction = parts.direction
    this.address = parts.address
    this.deviceId = parts.stream.remotePublicKey.toString('hex') as DeviceId
    this.closed = Promise.all([closeOf(parts.stream), closeOf(parts.socket)]).then(() => {
      this.#isClosed = true
    })
  }

  get isClosed(): boolean {
    return this.#isClosed
  }

  destroy(reason: string): void {
    this.stream.destroy(new Error(reason))
  }

  /**
   * Does the Noise handshake (pattern XX; the side that dialed is the initiator).
   * @throws when the other end closes, breaks the form, or does not finish within {@link HANDSHAKE_TIMEOUT_MS}
   */
  static async open(parts: {
    socket: Socket
    direction: Direction
    address: string
    keyPair: { publicKey: Buffer; secretKey: Buffer }
    clock: Clock
  }): Promise<SecureConnection> {
    const { socket, direction, address, keyPair, clock } = parts
    socket.setNoDelay(true)
    socket.setKeepAlive(true, TCP_KEEP_ALIVE_MS)
    const guard = new HandshakeGuard(HANDSHAKE_FRAMES[direction])
    // The guard listens before the secret stream does, so that it sees each chunk first.
    const judge = (chunk: Buffer) => {
      if (!guard.accepts(chunk)) stream.destroy(new Error('Frame too long for a handshake'))
    }
    socket.on('data', judge)
    const stream = new SecretStream(direction === 'outgoing', socket, { keyPair })
    // Every failure ends in "close"; without a listener a stranger's broken bytes would end the process.
    stream.on('error', () => {})
    gatherWrites(socket)
    socket.resume()
    const deadline = clock.after(HANDSHAKE_TIMEOUT_MS, () => stream.destroy(new Error('Handshake timed out')))
    try {
      if (!(await stream.opened)) throw new Error('Handshake failed')
      return new SecureConnection({ stream, socket, direction, address })
    } finally {
      deadline.clear()
      socket.off('data', judge)
    }
  }
}

/**
 * What is written in one turn of the event loop goes out in one system call. Replication sends a small message per block
 * and device: written one by one they cost the hub more than making them.
 */
function gatherWrites(socket: Socket): void {
  const write = socket.write.bind(socket) as (...args: unknown[]) => boolean
  let isGathering = false
  socket.write = (...args: unknown[]) => {
    if (!isGathering) {
      isGathering = true
      socket.cork()
      setImmediate(() => {
        isGathering = false
        socket.uncork()
      })
    }
    return write(...args)
  }
}

function closeOf(closeable: { once(event: 'close', listener: () => void): unknown }): Promise<void> {
  return new Promise((resolve) => closeable.once('close', resolve))
}
