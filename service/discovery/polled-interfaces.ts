import { networkInterfaces } from 'node:os'
import type { Clock, Timer } from '../clock.ts'
import { Resource } from '../resource.ts'
import {
  linkKey,
  usableInterfaces,
  type NetworkInterfaces,
  type UsableInterface
} from './network-interfaces.ts'

// A phone that joins the network takes seconds to get an address; looking more often than that gains nothing.
const POLL_INTERVAL_MS = 2_000

/**
 * The interfaces of this machine, asked for again and again: Node has no event for a change, and a poll of a list of a
 * few entries costs less than a second way (netlink) to ask the same.
 */
export class PolledInterfaces extends Resource<{ changed: [] }> implements NetworkInterfaces {
  readonly #clock: Clock
  readonly #isAllowed: (name: string) => boolean
  #current: readonly UsableInterface[]
  #timer: Timer | null = null

  constructor({
    clock,
    isAllowed = () => true
  }: {
    clock: Clock
    /** Whether the hub may be found on this interface, now. */
    isAllowed?: (name: string) => boolean
  }) {
    super()
    this.#clock = clock
    this.#isAllowed = isAllowed
    this.#current = this.#usable()
  }

  list(): readonly UsableInterface[] {
    return this.#current
  }

  protected override async _open(): Promise<void> {
    this.#timer = this.#clock.every(POLL_INTERVAL_MS, () => this.#poll())
    this.#poll()
  }

  protected override async _close(): Promise<void> {
    this.#timer?.clear()
  }

  #usable(): readonly UsableInterface[] {
    return usableInterfaces(networkInterfaces()).filter(({ name }) => this.#isAllowed(name))
  }

  #poll(): void {
    const before = keys(this.#current)
    this.#current = this.#usable()
    if (keys(this.#current) !== before) this.emit('changed')
  }
}

function keys(interfaces: readonly UsableInterface[]): string {
  return interfaces.map(linkKey).sort().join(' ')
}
