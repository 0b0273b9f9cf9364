import { access, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Clock } from '../clock.ts'
import { WaystationError } from '../errors.ts'

/** Nothing that was made before this software can be the time now: 1 October 2026. */
export const EARLIEST_TIME_MS = Date.UTC(2026, 9, 1)
/** A phone that says a later year than this has a wrong clock itself. */
export const LATEST_TIME_MS = Date.UTC(2050, 0, 1)

/** Sets the clock of the machine. */
export interface ClockSetter {
  /** Whether this machine lets the hub set its clock. */
  readonly available: boolean
  /**
   * Resolves when the machine's clock shows the new time.
   * @param time milliseconds since 1970
   * @throws CLOCK_NOT_SETTABLE, CLOCK_IMPLAUSIBLE
   */
  set(time: number): Promise<void>
}

/** A laptop keeps its own time, and a program that a person runs there has no business with it. */
export const foreignClock: ClockSetter = {
  available: false,
  async set() {
    throw new WaystationError('CLOCK_NOT_SETTABLE')
  }
}

const REQUEST_FILE = 'clock-request'
/** How long the helper may take. It runs one command. */
const ANSWER_LIMIT_MS = 10_000
const LOOK_MS = 100
/** After a correct setting the two differ by what has passed since. */
const TOLERANCE_MS = ANSWER_LIMIT_MS + 5_000

/**
 * Asks a helper of the machine, which may do what the hub itself must not. The contract, also in docs/operating.md: the hub
 * puts a file `clock-request` with the seconds since 1970 in decimal into a directory that does not outlive a restart of the
 * machine; the helper sets the clock and removes the file.
 */
export class RequestedClock implements ClockSetter {
  readonly available = true
  readonly #path: string
  readonly #clock: Clock

  /** @param parts.directory of requests to helpers */
  constructor(parts: { directory: string; clock: Clock }) {
    this.#path = join(parts.directory, REQUEST_FILE)
    this.#clock = parts.clock
  }

  async set(time: number): Promise<void> {
    if (time < EARLIEST_TIME_MS || time > LATEST_TIME_MS) throw new WaystationError('CLOCK_IMPLAUSIBLE')
    // Under its name only when it is whole: the helper may look at any moment.
    await writeFile(`${this.#path}.new`, `${Math.round(time / 1000)}\n`)
    await rename(`${this.#path}.new`, this.#path)
    const began = this.#clock.monotonic()
    while (await isThere(this.#path)) {
      if (this.#clock.monotonic() - began > ANSWER_LIMIT_MS) {
        await rm(this.#path, { force: true })
        throw new WaystationError('CLOCK_NOT_SETTABLE', 'The helper that sets the clock does not answer')
      }
      await new Promise<void>((resolve) => this.#clock.after(LOOK_MS, resolve))
    }
    const passed = this.#clock.monotonic() - began
    if (Math.abs(this.#clock.now() - (time + passed)) > TOLERANCE_MS) {
      throw new WaystationError(
        'CLOCK_NOT_SETTABLE',
        'The helper did not set the clock; its own log says why'
      )
    }
  }
}

async function isThere(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false
  )
}
