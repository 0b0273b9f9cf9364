import type Protomux from 'protomux'
import type SecretStream from '@hyperswarm/secret-stream'
import type { Clock, Timer } from '../clock.ts'

/** Nothing heard for this long: ask whether the device is still there. */
export const SILENCE_BEFORE_QUESTION_MS = 20_000
/** No answer for this long after the question: the device is gone. */
export const ANSWER_TIMEOUT_MS = 10_000

const PROTOCOL = 'waystation/are-you-there'

/**
 * Notices a device that has walked away without closing its socket. TCP keep-alive finds it only while nothing is in
 * flight; with unacknowledged bytes Linux tries for a quarter of an hour. The question is a channel of a protocol that
 * no device speaks: every Protomux rejects it at once, and that rejection is the answer.
 */
export class Liveness {
  readonly #mux: Protomux
  readonly #stream: SecretStream
  readonly #clock: Clock
  readonly #onGone: () => void
  #timer: Timer
  #bytesHeard = 0

  constructor(parts: { mux: Protomux; stream: SecretStream; clock: Clock; onGone: () => void }) {
    this.#mux = parts.mux
    this.#stream = parts.stream
    this.#clock = parts.clock
    this.#onGone = parts.onGone
    this.#timer = this.#listen()
  }

  stop(): void {
    this.#timer.clear()
  }

  #listen(): Timer {
    this.#bytesHeard = this.#stream.rawBytesRead
    return this.#clock.after(SILENCE_BEFORE_QUESTION_MS, () => {
      this.#timer = this.#heardSomething() ? this.#listen() : this.#ask()
    })
  }

  #ask(): Timer {
    this.#mux.createChannel({ protocol: PROTOCOL })?.open()
    return this.#clock.after(ANSWER_TIMEOUT_MS, () => {
      if (this.#heardSomething()) this.#timer = this.#listen()
      else this.#onGone()
    })
  }

  #heardSomething(): boolean {
    return this.#stream.rawBytesRead !== this.#bytesHeard
  }
}
