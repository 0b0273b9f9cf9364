import Type from 'typebox'
import Value from 'typebox/value'
import type { Clock } from '../../clock.ts'
import { WaystationError } from '../../errors.ts'
import { readIfPresent, writeDurably } from '../../storage/durable-file.ts'

/** People mistype: this many tries cost nothing. */
const FREE_FAILURES = 3

/**
 * Addresses that are told apart; those that come later share the wait of all. A guest who takes one address after the
 * other has three more tries with each, a few hundred in all: nothing against a passphrase that is long enough.
 */
const MAX_ADDRESSES = 200

/** The first delay, doubled by each further failure. */
const FIRST_DELAY_MS = 5_000

/** Twenty tries an hour at most: an eight-digit number would then last for centuries. */
const DELAY_MAX_MS = 180_000

const StateSchema = Type.Object({ failures: Type.Integer({ minimum: 0 }) })

/** The wait that `failures` wrong passphrases in a row impose on the next try. */
export function delayAfter(failures: number): number {
  if (failures < FREE_FAILURES) return 0
  return Math.min(FIRST_DELAY_MS * 2 ** (failures - FREE_FAILURES), DELAY_MAX_MS)
}

/** Too early for another try. */
export class LoginThrottled extends WaystationError {
  readonly retryAfterSeconds: number

  constructor(delayMs: number) {
    const seconds = Math.ceil(delayMs / 1000)
    super('LOGIN_THROTTLED', `Too many wrong passphrases: wait ${seconds} s before the next try`)
    this.retryAfterSeconds = seconds
  }
}

/**
 * Counts wrong passphrases, of everybody together: on a Wi-Fi an address costs nothing. But a guest who guesses does not
 * keep the owner out: who has not used up the free tries of their own address need not wait for what others did.
 *
 * The count is on the card before a try is judged, so that pulling the plug does not give the tries back. After a restart
 * the full delay runs again, for every address, because the wall clock of a hub without a battery cannot tell how long it
 * was off.
 */
export class LoginThrottle {
  readonly #path: string
  readonly #clock: Clock
  readonly #failuresFrom = new Map<string, number>()
  #failures = 0
  #notBefore = 0
  #notBeforeForAll = 0
  #busy = false

  constructor(parts: { path: string; clock: Clock }) {
    this.#path = parts.path
    this.#clock = parts.clock
  }

  async load(): Promise<void> {
    const bytes = await readIfPresent(this.#path)
    this.#failures = bytes === null ? 0 : parseFailures(bytes)
    this.#notBefore = this.#clock.monotonic() + delayAfter(this.#failures)
    this.#notBeforeForAll = this.#notBefore
  }

  /**
   * Judges one try. One at a time: the judgement costs 64 MiB of memory.
   * @param address where the try comes from; null shares the wait of all
   * @throws LoginThrottled when it is too early, or another try is being judged; then `judge` is not called
   */
  async attempt(address: string | null, judge: () => Promise<boolean>): Promise<boolean> {
    const notBefore = this.#hasFreeTries(address) ? this.#notBeforeForAll : this.#notBefore
    const wait = notBefore - this.#clock.monotonic()
    if (this.#busy || wait > 0) throw new LoginThrottled(Math.max(wait, 1000))
    this.#busy = true
    try {
      await this.#record(this.#failures + 1)
      const right = await judge()
      if (right) {
        await this.#record(0)
        this.#failuresFrom.clear()
      } else {
        this.#noteFailureFrom(address)
      }
      return right
    } finally {
      this.#notBefore = this.#clock.monotonic() + delayAfter(this.#failures)
      this.#busy = false
    }
  }

  #hasFreeTries(address: string | null): boolean {
    if (address === null) return false
    const failures = this.#failuresFrom.get(address)
    if (failures === undefined) return this.#failuresFrom.size < MAX_ADDRESSES
    return failures < FREE_FAILURES
  }

  #noteFailureFrom(address: string | null): void {
    if (address === null) return
    const failures = this.#failuresFrom.get(address) ?? 0
    if (failures > 0 || this.#failuresFrom.size < MAX_ADDRESSES) this.#failuresFrom.set(address, failures + 1)
  }

  async #record(failures: number): Promise<void> {
    this.#failures = failures
    await writeDurably(this.#path, JSON.stringify({ failures }))
  }
}

/** A damaged count means the longest delay and not none: this many failures are past it. */
const FAILURES_WHEN_DAMAGED = 100

function parseFailures(bytes: Buffer): number {
  try {
    return Value.Parse(StateSchema, JSON.parse(bytes.toString('utf8'))).failures
  } catch {
    return FAILURES_WHEN_DAMAGED
  }
}
