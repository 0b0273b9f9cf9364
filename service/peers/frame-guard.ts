import { STRANGER_LIMITS } from './peer-limits.ts'

/** The longest frame of a Noise XX handshake and of the stream header after it is well below this. */
export const MAX_HANDSHAKE_FRAME_BYTES = 1024

/**
 * Reads the lengths of the frames that arrive. The secret stream believes a 3-byte length and sets that much memory aside
 * (16 MiB at most) for whoever connects, so each frame is judged first, and most strictly before a handshake is done.
 */
export class FrameGuard {
  /** How long a frame may be after the handshake. */
  maxFrameBytes = STRANGER_LIMITS.frameBytes
  #lengthBytes: number[] = []
  #length = 0
  #left = 0
  #handshakeFramesLeft: number

  /** @param handshakeFrames how many the other end sends before it speaks */
  constructor(handshakeFrames: number) {
    this.#handshakeFramesLeft = handshakeFrames
  }

  /** How long the frame is that has begun and not come whole: so much memory is set aside for it. 0 between two frames. */
  get unfinishedBytes(): number {
    return this.#left > 0 ? this.#length : 0
  }

  /** @returns false when these bytes announce a frame that is too long */
  accepts(chunk: Buffer): boolean {
    let offset = 0
    while (offset < chunk.byteLength) {
      if (this.#left > 0) {
        const taken = Math.min(this.#left, chunk.byteLength - offset)
        this.#left -= taken
        offset += taken
        continue
      }
      this.#lengthBytes.push(chunk[offset] ?? 0)
      offset++
      if (this.#lengthBytes.length < 3) continue
      const [low = 0, middle = 0, high = 0] = this.#lengthBytes
      this.#length = low | (middle << 8) | (high << 16)
      this.#left = this.#length
      this.#lengthBytes = []
      const isOfHandshake = this.#handshakeFramesLeft > 0
      if (isOfHandshake) this.#handshakeFramesLeft--
      if (this.#left > (isOfHandshake ? MAX_HANDSHAKE_FRAME_BYTES : this.maxFrameBytes)) return false
    }
    return true
  }
}
