import type { Logger } from 'pino'
import type { Clock, Timer } from '../clock.ts'
import { Resource } from '../resource.ts'
import type { Peers } from './peers.ts'

/** How long those who are connected have, where the memory does not suffice for all, before the others are called again. */
export const TURN_MS = 60_000

/** Members who had to give way do not dial again by themselves: says when it is time to call them. */
export class NextTurn extends Resource<{ due: [] }> {
  readonly #peers: Peers
  readonly #clock: Clock
  readonly #logger: Logger
  #turn: Timer | null = null
  readonly #onGaveWay = () => {
    if (this.#turn !== null) return
    const { size: connected } = this.#peers.connected
    this.#logger.warn({ connected }, 'the memory does not suffice for all members at once: they take turns')
    this.#turn = this.#clock.after(TURN_MS, () => {
      this.#turn = null
      this.emit('due')
    })
  }

  constructor(parts: { peers: Peers; clock: Clock; logger: Logger }) {
    super()
    this.#peers = parts.peers
    this.#clock = parts.clock
    this.#logger = parts.logger
  }

  protected override async _open() {
    this.#peers.on('gave-way', this.#onGaveWay)
  }

  protected override async _close() {
    this.#peers.off('gave-way', this.#onGaveWay)
    this.#turn?.clear()
  }
}
