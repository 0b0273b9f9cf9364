import type { Clock } from '../clock.ts'
import type { Peer } from '../peers/peer.ts'

/** A person who is at it fast sends one, thinks better of it and sends another. Each further one waits its turn. */
export const INVITES_AT_ONCE = 3
/** In the long run one device sends no more than one in this time (limits of the CoMapeo peer protocol). */
export const INVITE_INTERVAL_MS = 1_000

/** How fast each connected device may send invites, by the clock that never jumps. Forgets a device with its connection. */
export class InvitePace {
  readonly #clock: Clock
  /** When all that a device has sent would have been sent at the allowed pace. */
  readonly #spentUntil = new WeakMap<Peer, number>()

  constructor(parts: { clock: Clock }) {
    this.#clock = parts.clock
  }

  /** Counts one invite. @returns whether it is within the pace; one that is not costs nothing */
  allows(peer: Peer): boolean {
    const now = this.#clock.monotonic()
    const spentUntil = Math.max(now, this.#spentUntil.get(peer) ?? now)
    if (spentUntil - now > (INVITES_AT_ONCE - 1) * INVITE_INTERVAL_MS) return false
    this.#spentUntil.set(peer, spentUntil + INVITE_INTERVAL_MS)
    return true
  }
}
