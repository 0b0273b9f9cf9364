import Protomux from 'protomux'
import type { Duplex } from 'streamx'
import { STRANGER_LIMITS, type PeerLimits } from './peer-limits.ts'
import { REPLICATION_PROTOCOL, ReplicationGuard } from './replication-guard.ts'

/**
 * A phone opens five channels for each member that the hub has not met yet: two thousand such members at once. Whoever opens
 * more is guessing keys, or keeps the hub busy (limits of the CoMapeo peer protocol).
 */
export const MAX_REJECTED_CHANNELS = 10_000

/** Counts the channels that a device opens and nobody here takes, and judges what it says on those that somebody does. */
export class GuardedMux extends Protomux {
  /** What the device may cost. */
  limits: PeerLimits = STRANGER_LIMITS
  readonly #onMisuse: (reason: string) => void
  readonly #replication: ReplicationGuard
  #rejected = 0

  /**
   * @param parts.onTold told how many bytes are kept of what the device says it holds, when they are more or fewer
   * @param parts.onMisuse told why the device is to be hung up on
   */
  constructor(
    stream: Duplex,
    parts: { onTold: (bytes: number) => void; onMisuse: (reason: string) => void }
  ) {
    super(stream)
    this.#onMisuse = parts.onMisuse
    this.#replication = new ReplicationGuard({
      maxToldPages: () => this.limits.toldPages,
      onTold: parts.onTold,
      onMisuse: parts.onMisuse
    })
  }

  override createChannel(options: Protomux.ChannelOptions): Protomux.Channel | null {
    const isOfCore = options.protocol === REPLICATION_PROTOCOL
    return super.createChannel(isOfCore ? this.#replication.guard(options) : options)
  }

  // The library has no public word for it; the test that a device is hung up on notices when it is called otherwise.
  override _rejectSession(info: object, remoteId: number): void {
    super._rejectSession(info, remoteId)
    this.#rejected++
    if (this.#rejected === MAX_REJECTED_CHANNELS + 1) {
      this.#onMisuse('Too many channels that the hub does not have')
    }
  }
}
