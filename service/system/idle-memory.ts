import { getHeapSpaceStatistics } from 'node:v8'
import type { Clock, Timer } from '../clock.ts'
import { Resource } from '../resource.ts'
import { garbageCollector } from './garbage-collector.ts'

const CHECK_MS = 30_000
/** The process rests when it used less than this part of one core since the last check. */
const RESTING_SHARE = 0.02
/** What V8 sets aside for young objects goes up to 32 MB in a busy minute and back to 1 MB only with a full collection. */
const YOUNG_SPACE_BYTES = 8 * 2 ** 20

/**
 * Gives memory back to small boards when nobody exchanges: V8 collects what is garbage as it allocates, so that a process
 * with nothing to do keeps what its last busy minute took, for days.
 */
export class IdleMemory extends Resource {
  readonly #clock: Clock
  readonly #collect = garbageCollector()
  #checks: Timer | null = null
  #seen = { atMs: 0, cpuUs: 0 }

  constructor(parts: { clock: Clock }) {
    super()
    this.#clock = parts.clock
  }

  protected override async _open() {
    this.#seen = this.#usage()
    this.#checks = this.#clock.every(CHECK_MS, () => this.#check())
  }

  protected override async _close() {
    this.#checks?.clear()
  }

  #check(): void {
    const before = this.#seen
    this.#seen = this.#usage()
    const share = (this.#seen.cpuUs - before.cpuUs) / 1000 / (this.#seen.atMs - before.atMs)
    if (share < RESTING_SHARE && youngSpaceBytes() > YOUNG_SPACE_BYTES) this.#collect()
  }

  #usage() {
    const { user, system } = process.cpuUsage()
    return { atMs: this.#clock.monotonic(), cpuUs: user + system }
  }
}

/** @returns what is taken from the machine, whether it is filled or not */
function youngSpaceBytes(): number {
  return getHeapSpaceStatistics().find((space) => space.space_name === 'new_space')?.physical_space_size ?? 0
}
