import type { Logger } from 'pino'
import type { Clock, Timer } from '../clock.ts'

/** How long anybody may invite the hub after a coordinator asked for it: a round of phones around a table. */
export const INVITE_WINDOW_MS = 10 * 60_000

/**
 * A time in which anybody may invite the hub. It is kept in memory only, by the clock that never jumps: on a hub that was
 * switched off, or whose clock was set, it is closed again.
 */
export class InviteWindow {
  readonly #clock: Clock
  readonly #logger: Logger
  #open: { policy: 'ask' | 'accept'; endsAt: number; timer: Timer } | null = null

  constructor({ clock, logger }: { clock: Clock; logger: Logger }) {
    this.#clock = clock
    this.#logger = logger
  }

  /** What happens to invites, and for how long. Null while it is closed. */
  get now(): { policy: 'ask' | 'accept'; remainingMs: number } | null {
    if (this.#open === null) return null
    const { policy, endsAt } = this.#open
    return { policy, remainingMs: endsAt - this.#clock.monotonic() }
  }

  /** For {@link INVITE_WINDOW_MS}, from now. */
  open(policy: 'ask' | 'accept'): void {
    this.#open?.timer.clear()
    const timer = this.#clock.after(INVITE_WINDOW_MS, () => this.close())
    this.#open = { policy, endsAt: this.#clock.monotonic() + INVITE_WINDOW_MS, timer }
    this.#logger.warn({ policy, minutes: INVITE_WINDOW_MS / 60_000 }, 'anybody may invite the hub')
  }

  close(): void {
    if (this.#open === null) return
    this.#open.timer.clear()
    this.#open = null
    this.#logger.info('the window for invites is closed')
  }
}
