import SecretStream from '@hyperswarm/secret-stream'
import type { Socket } from 'node:net'
import type { Clock } from '../clock.ts'
import type { DeviceId } from '../ids.ts'
import type { Direction } from './duplicate-rule.ts'
import { FrameGuard } from './frame-guard.ts'
import { MAX_UNSENT_BYTES } from './peer-limits.ts'
import type { StrangerBudget, StrangerShare } from './stranger-budget.ts'

/** CoMapeo has no time-out for the handshake; a stranger who opens a socket and says nothing must not hold it. */
export const HANDSHAKE_TIMEOUT_MS = 10_000

/** With these Linux notices a silent, vanished device after about 40 s. Phones use the same. */
const TCP_KEEP_ALIVE_MS = 30_000

/**
 * Frames before the first message, in the Noise pattern XX: the side that dialed sends two of the handshake and its stream
 * header, the other side one and its header. It does not wait for ours, so all of it may arrive at once with more.
 */
const HANDSHAKE_FRAMES = { incoming: 3, outgoing: 2 } as const satisfies Record<Direction, number>

/** What the secret stream adds to a message: three bytes of length, and the 17 of the authenticated cipher. */
const FRAME_OVERHEAD_BYTES = 3 + 17

/** One encrypted TCP connection whose other end has proved its identity. */
export class SecureConnection {
  readonly deviceId: DeviceId
  readonly direction: Direction
  /** Private IPv4 address of the other end. */
  readonly address: string
  readonly stream: SecretStream
  /** Resolves when both the stream and its socket are closed. */
  readonly closed: Promise<void>
  readonly #guard: FrameGuard
  readonly #unfinished: StrangerShare
  #isClosed = false

  private constructor(parts: {
    stream: SecretStream
    socket: Socket
    direction: Direction
    address: string
    guard: FrameGuard
    unfinished: StrangerShare
  }) {
    this.stream = parts.stream
    this.#guard = parts.guard
    this.#unfinished = parts.unfinished
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

  /** It is no stranger's: from now on it may send frames of this length. */
  allowFrames(maxBytes: number): void {
    this.#guard.maxFrameBytes = maxBytes
    this.#unfinished.end()
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
    strangers: StrangerBudget
    clock: Clock
  }): Promise<SecureConnection> {
    const { socket, direction, address, keyPair, strangers, clock } = parts
    socket.setNoDelay(true)
    socket.setKeepAlive(true, TCP_KEEP_ALIVE_MS)
    const guard = new FrameGuard(HANDSHAKE_FRAMES[direction])
    const unfinished = strangers.share(() => stream.destroy(new Error('Too much of strangers is unfinished')))
    socket.once('close', () => unfinished.end())
    // The guard listens before the secret stream does, so that it sees each chunk first.
    socket.on('data', (chunk) => {
      if (guard.accepts(chunk)) unfinished.set(guard.unfinishedBytes)
      else stream.destroy(new Error('Frame too long'))
    })
    const stream = new SecretStream(direction === 'outgoing', socket, { keyPair })
    // Every failure ends in "close"; without a listener a stranger's broken bytes would end the process.
    stream.on('error', () => {})
    gatherWrites(socket)
    socket.resume()
    const deadline = clock.after(HANDSHAKE_TIMEOUT_MS, () => stream.destroy(new Error('Handshake timed out')))
    try {
      if (!(await stream.opened)) throw new Error('Handshake failed')
      limitUnsent(stream, socket)
      return new SecureConnection({ stream, socket, direction, address, guard, unfinished })
    } finally {
      deadline.clear()
    }
  }
}

/**
 * A device that asks and does not read the answers is hung up on: the library writes them whether there is room or not, and
 * they would wait in memory for as long as it likes.
 */
function limitUnsent(stream: SecretStream, socket: Socket): void {
  const write = stream.write.bind(stream)
  const sentBefore = stream.rawBytesWritten
  let written = 0
  stream.write = (message: Buffer) => {
    written += message.byteLength + FRAME_OVERHEAD_BYTES
    const unsent = written - (stream.rawBytesWritten - sentBefore) + socket.writableLength
    if (unsent > MAX_UNSENT_BYTES) stream.destroy(new Error('It does not read what it asked for'))
    return write(message)
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
