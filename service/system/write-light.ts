import type { Clock, Timer } from '../clock.ts'
import { Resource } from '../resource.ts'
import type { Store } from '../storage/store.ts'

/** So long nothing may come after the last barrier before people are told that they may unplug: blocks come in bursts. */
const QUIET_MS = 1500

/** Tells people whether the plug may be pulled: on from the first block that is not on the card until some time after the last. */
export class WriteLight extends Resource<{ changed: [] }> {
  readonly #store: Store
  readonly #clock: Clock
  readonly #onWriting = () => this.#turn(true)
  readonly #onSettled = () => this.#turnOffSoon()
  #isOn = false
  #timer: Timer | null = null

  constructor(parts: { store: Store; clock: Clock }) {
    super()
    this.#store = parts.store
    this.#clock = parts.clock
  }

  get isOn(): boolean {
    return this.#isOn
  }

  protected override async _open() {
    this.#store.on('writing', this.#onWriting)
    this.#store.on('settled', this.#onSettled)
  }

  protected override async _close() {
    this.#store.off('writing', this.#onWriting)
    this.#store.off('settled', this.#onSettled)
    this.#timer?.clear()
  }

  #turnOffSoon(): void {
    this.#timer?.clear()
    this.#timer = this.#clock.after(QUIET_MS, () => {
      this.#timer = null
      this.#turn(false)
    })
  }

  #turn(isOn: boolean): void {
    this.#timer?.clear()
    this.#timer = null
    if (this.#isOn === isOn) return
    this.#isOn = isOn
    this.emit('changed')
  }
}
