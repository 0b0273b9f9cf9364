import Type from 'typebox'
import Value from 'typebox/value'
import type { Clock } from '../../clock.ts'
import { WaystationError } from '../../errors.ts'
import { readIfPresent, writeDurably } from '../../storage/durable-file.ts'

/** People mistype: this many tries cost nothing. */
const FREE_FAILURES = 3

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
 * Counts wrong passphrases, of everybody together: on a Wi-Fi an address costs nothing. The count is on the card before a
 * try is judged, so that pulling the plug does not give the tries back. After a restart the full delay runs again, because
 * the wall clock of a hub without a battery cannot tell how long it was off.
 */
export class LoginThrottle {
  readonly #path: string
  readonly #clock: Clock
  #failures = 0
  #notBefore = 0
  #busy = false

  constructor(parts: { path: string; clock: Clock }) {
    this.#path = parts.path
    this.#clock = parts.clock
  }

  async load(): Promise<void> {
    const bytes = await readIfPresent(this.#path)
    this.#failures = bytes === null ? 0 : parseFailures(bytes)
    this.#notBefore = this.#clock.monotonic() + delayAfter(this.#failures)
  }

  /**
   * Judges one try. One at a time: the judgement costs 64 MiB of memory.
   * @throws LoginThrottled when it is too early, or another try is being judged; then `judge` is not called
   */
  async attempt(judge: () => Promise<boolean>): Promise<boolean> {
    const wait = this.#notBefore - this.#clock.monotonic()
    if (this.#busy || wait > 0) throw new LoginThrottled(Math.max(wait, 1000))
    this.#busy = true
    try {
      await this.#record(this.#failures + 1)
      const right = await judge()
      if (right) await this.#record(0)
      return right
    } finally {
      this.#notBefore = this.#clock.monotonic() + delayAfter(this.#failures)
      this.#busy = false
    }
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
