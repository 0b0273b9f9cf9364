import { existsSync, readdirSync } from 'node:fs'
import { rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

/** Of Debian's package `libfaketime`: in a folder that is named after the kind of machine. */
const LIBRARIES = '/usr/lib'
const LIBRARY = 'faketime/libfaketime.so.1'

/** @returns what is missing to move a process's clock on this machine, or false when nothing is */
export function jumpingClockMissing(): string | false {
  return libraryHere() !== undefined ? false : 'needs the Debian package libfaketime'
}

/**
 * A wall clock that a process is started with and that is set while it runs: the process, its libraries and its native code see
 * it jump. Its monotonic clock goes on, as that of a machine whose clock is set.
 */
export class JumpingClock {
  readonly #file: string

  constructor(parts: { directory: string }) {
    this.#file = join(parts.directory, 'faketime')
  }

  /** For the process. */
  get environment(): Record<string, string> {
    return {
      LD_PRELOAD: libraryHere() ?? '',
      FAKETIME_TIMESTAMP_FILE: this.#file,
      FAKETIME_NO_CACHE: '1',
      FAKETIME_DONT_FAKE_MONOTONIC: '1'
    }
  }

  /** From now on it is wrong by so much. Under its name only when it is whole: it is read at each look at the clock. */
  async setOff(seconds: number): Promise<void> {
    await writeFile(`${this.#file}.new`, `${seconds < 0 ? '' : '+'}${Math.round(seconds)}\n`)
    await rename(`${this.#file}.new`, this.#file)
  }
}

function libraryHere(): string | undefined {
  return readdirSync(LIBRARIES)
    .map((kind) => join(LIBRARIES, kind, LIBRARY))
    .find((path) => existsSync(path))
}
