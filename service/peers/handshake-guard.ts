/** The longest frame of a Noise XX handshake and of the stream header after it is well below this. */
export const MAX_HANDSHAKE_FRAME_BYTES = 1024

/**
 * Reads the lengths of the frames that arrive before a handshake is done. The secret stream believes a 3-byte length
 * and sets that much memory aside (16 MiB at most) for whoever connects, so a stranger's frame is judged first.
 */
export class HandshakeGuard {
  #lengthBytes: number[] = []
  #left = 0
  #framesLeft: number

  /** @param frames how many the other end sends before it speaks: what comes after them, also at once, is not judged */
  constructor(frames: number) {
    this.#framesLeft = frames
  }

  /** @returns false when these bytes announce a frame longer than any that a handshake has */
  accepts(chunk: Buffer): boolean {
    let offset = 0
    while (offset < chunk.byteLength && (this.#framesLeft > 0 || this.#left > 0)) {
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
      this.#left = low | (middle << 8) | (high << 16)
      this.#lengthBytes = []
      this.#framesLeft--
      if (this.#left > MAX_HANDSHAKE_FRAME_BYTES) return false
    }
    return true
  }
}
