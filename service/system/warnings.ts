import type { Clock } from '../clock.ts'
import type { DeviceId } from '../ids.ts'
import { Resource } from '../resource.ts'

/**
 * What people should know of, and may have to act on:
 * - `storage-low`, `originals-paused`, `intake-paused`: the card fills up; see the states of storage
 * - `storage-failed`: the card does not take data any more; nothing new is called stored
 * - `store-rebuilt`: the database could not be read; it was set aside, and phones fill a new one
 * - `blocks-missing`: so many cores (`count`) hold less than was once stored; phones bring it again
 * - `blocks-damaged`: so many blocks (`count`) could not be read and were given up; phones bring them again
 * - `card-repaired`: the file system of the card was damaged and was repaired when the machine started; what could not be
 *   told where it belongs lies in its `lost+found`
 * - `core-conflict`: a core of one device (`deviceId`) has two histories; it is no longer exchanged, the rest is
 * - `hub-copied`: another machine has this hub's identity, as a copy of its card has; what it calls itself gets two histories
 * - `writer-over-share`: one device (`deviceId`) fills so much of the card that its photos wait
 * - `members-full`: a project has as many members as it may; whoever is invited after them is not let in
 * - `safe-mode`: the hub did not start several times in a row; it serves this page alone
 */
export type WarningCode =
  | 'storage-low'
  | 'originals-paused'
  | 'intake-paused'
  | 'storage-failed'
  | 'store-rebuilt'
  | 'blocks-missing'
  | 'blocks-damaged'
  | 'card-repaired'
  | 'core-conflict'
  | 'hub-copied'
  | 'writer-over-share'
  | 'members-full'
  | 'safe-mode'

export interface Warning {
  readonly code: WarningCode
  /** ISO 8601, by the hub's clock. */
  readonly since: string
  readonly count: number | null
  readonly deviceId: DeviceId | null
}

/** What is wrong now: raised by whoever notices, cleared by the same when it is over. Each code and device stands once. */
export class Warnings extends Resource<{ changed: [] }> {
  readonly #clock: Clock
  readonly #warnings = new Map<string, Warning>()

  constructor(parts: { clock: Clock }) {
    super()
    this.#clock = parts.clock
  }

  /** Oldest first. */
  all(): readonly Warning[] {
    return [...this.#warnings.values()]
  }

  /** Raising what stands already changes its count, and not since when. */
  raise(code: WarningCode, about: { count?: number; deviceId?: DeviceId } = {}): void {
    const key = keyOf(code, about.deviceId)
    const known = this.#warnings.get(key)
    const count = about.count ?? null
    if (known !== undefined && known.count === count) return
    const since = known?.since ?? new Date(this.#clock.now()).toISOString()
    this.#warnings.set(key, { code, since, count, deviceId: about.deviceId ?? null })
    this.emit('changed')
  }

  clear(code: WarningCode, about: { deviceId?: DeviceId } = {}): void {
    if (this.#warnings.delete(keyOf(code, about.deviceId))) this.emit('changed')
  }

  /** Makes exactly one of these stand, or none. */
  replace(codes: readonly WarningCode[], standing: WarningCode | null): void {
    for (const code of codes) if (code !== standing) this.clear(code)
    if (standing !== null) this.raise(standing)
  }
}

function keyOf(code: WarningCode, deviceId: DeviceId | undefined): string {
  return deviceId === undefined ? code : `${code} ${deviceId}`
}
