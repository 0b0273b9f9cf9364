import type { Clock } from '../clock.ts'
import { findCheck, type ConnectivityCheck } from './connectivity-checks.ts'
import type { PortalMode } from './network-settings.ts'

/** Addresses are given for half a day: by then another phone may have it, and the same one may see the page again. */
const WELCOMED_FOR_MS = 12 * 60 * 60_000
/** More than there are addresses to give. */
const WELCOMED_MAX = 256

export type CheckAnswer = ConnectivityCheck | { readonly location: string }

/** What phones are told when they check for internet. In the mode `welcome` a phone sees the page once, then success. */
export class Portal {
  readonly #clock: Clock
  /** By address, in the order of their first look at the page. */
  readonly #welcomed = new Map<string, number>()

  constructor({ clock }: { clock: Clock }) {
    this.#clock = clock
  }

  /** @param from address of the phone @returns null when this is no check, or none that is answered */
  answer(
    { host, path, from }: { host: string; path: string; from: string },
    { mode, page }: { mode: PortalMode; page: string }
  ): CheckAnswer | null {
    const check = mode === 'off' ? null : findCheck(host, path)
    if (check === null) return null
    return mode === 'welcome' && !this.#isWelcomed(from) ? { location: page } : check
  }

  /** The phone at this address has been shown the page. */
  welcome(from: string): void {
    this.#welcomed.delete(from)
    this.#welcomed.set(from, this.#clock.monotonic())
    const [oldest] = this.#welcomed.keys()
    if (this.#welcomed.size > WELCOMED_MAX && oldest !== undefined) this.#welcomed.delete(oldest)
  }

  #isWelcomed(from: string): boolean {
    const at = this.#welcomed.get(from)
    return at !== undefined && this.#clock.monotonic() - at < WELCOMED_FOR_MS
  }
}
