import Protomux from 'protomux'
import type { Duplex } from 'streamx'

/**
 * A phone opens five channels for each member that the hub has not met yet: two thousand such members at once. Whoever opens
 * more is guessing keys, or keeps the hub busy (limits of the CoMapeo peer protocol).
 */
export const MAX_REJECTED_CHANNELS = 10_000

/** Counts the channels that a device opens and nobody here takes, over the life of its connection. */
export class GuardedMux extends Protomux {
  readonly #onTooManyRejected: () => void
  #rejected = 0

  constructor(stream: Duplex, parts: { onTooManyRejected: () => void }) {
    super(stream)
    this.#onTooManyRejected = parts.onTooManyRejected
  }

  // The library has no public word for it; the test that a device is hung up on notices when it is called otherwise.
  override _rejectSession(info: object, remoteId: number): void {
    super._rejectSession(info, remoteId)
    this.#rejected++
    if (this.#rejected === MAX_REJECTED_CHANNELS + 1) this.#onTooManyRejected()
  }
}
