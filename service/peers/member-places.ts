import { EventEmitter } from 'node:events'
import type { Clock } from '../clock.ts'
import type { DeviceId } from '../ids.ts'

const MEBIBYTE = 1024 * 1024

/** A hub with a large project open, and what is cleared up only now and then while nobody is connected. */
export const BYTES_OF_HUB = 128 * MEBIBYTE
/** What waits for a member to read it, and for each core that is exchanged with it what either side holds. */
export const BYTES_OF_MEMBER = 4 * MEBIBYTE
export const BYTES_OF_CORE = 24 * 1024
/** What members have at least, however small the machine is: phones of a small project, or one of any. */
export const LEAST_BYTES_OF_MEMBERS = 16 * MEBIBYTE
/** Nobody has to give way before he had so long, so that those who wait do not chase each other away. */
export const STAY_MS = 20_000
/** Who was turned away and has not come again for so long does not wait any more. */
export const WAITING_MS = 3 * 60_000

/** One member's part of the hub's memory. */
export class MemberPlace {
  readonly deviceId: DeviceId
  readonly giveWay: () => void
  readonly #places: MemberPlaces
  readonly #cores = new Map<string, number>()
  takenAt: number | null = null
  #ended = false

  constructor(places: MemberPlaces, deviceId: DeviceId, giveWay: () => void) {
    this.#places = places
    this.deviceId = deviceId
    this.giveWay = giveWay
  }

  /** Bytes that it takes. */
  get bytes(): number {
    let cores = 0
    for (const count of this.#cores.values()) cores += count
    return cores === 0 ? 0 : BYTES_OF_MEMBER + cores * BYTES_OF_CORE
  }

  /**
   * So many cores of a project are about to be exchanged with the member; 0 when it is done.
   * @returns whether there is room for it; if not, it was told to give way
   */
  take(projectId: string, cores: number): boolean {
    if (this.#ended) return false
    this.#cores.set(projectId, cores)
    return this.#places.settle(this)
  }

  /** A block went either way. */
  moved(): void {
    this.#places.moved(this)
  }

  /** The member has gone. */
  end(): void {
    this.#ended = true
    this.#cores.clear()
    this.#places.settle(this)
  }
}

/**
 * Shares the hub's memory among members, who are as many as come: each takes some for every core of its projects. Where it does not
 * suffice for all at once, they take turns: whoever has moved nothing for longest gives way to one who comes, and of those who come
 * the one who has waited for longest is first.
 */
export class MemberPlaces extends EventEmitter<{ 'gave-way': [] }> {
  readonly #maxBytes: number
  readonly #clock: Clock
  // Whoever has moved nothing for longest is first.
  readonly #taken = new Set<MemberPlace>()
  /** Who was turned away, and when for the last time. Whoever has waited for longest is first. */
  readonly #waiting = new Map<DeviceId, number>()

  /** @param parts.memoryBytes that the whole hub may take */
  constructor(parts: { memoryBytes: number; clock: Clock }) {
    super()
    this.#maxBytes = Math.max(parts.memoryBytes - BYTES_OF_HUB, LEAST_BYTES_OF_MEMBERS)
    this.#clock = parts.clock
  }

  /** @param giveWay has the member hung up on */
  place(deviceId: DeviceId, giveWay: () => void): MemberPlace {
    return new MemberPlace(this, deviceId, () => {
      giveWay()
      this.emit('gave-way')
    })
  }

  moved(place: MemberPlace): void {
    if (this.#taken.delete(place)) this.#taken.add(place)
  }

  /** @returns whether the place may be taken as it now is */
  settle(place: MemberPlace): boolean {
    if (place.bytes === 0) {
      this.#taken.delete(place)
      return true
    }
    const isNew = !this.#taken.has(place)
    const leaving = isNew ? this.#whoLeavesForNew(place) : this.#whoLeaves(place, () => true)
    if (leaving === null) {
      this.#waiting.set(place.deviceId, this.#clock.monotonic())
      place.giveWay()
      return false
    }
    for (const other of leaving) {
      this.#taken.delete(other)
      other.giveWay()
    }
    if (isNew) place.takenAt = this.#clock.monotonic()
    this.#waiting.delete(place.deviceId)
    this.#taken.add(place)
    return true
  }

  /** Null when those who were there before are to stay, or when others have waited for longer. */
  #whoLeavesForNew(place: MemberPlace): MemberPlace[] | null {
    if (this.#taken.size === 0) return []
    const now = this.#clock.monotonic()
    const mayLeave = ({ takenAt }: MemberPlace) => takenAt !== null && now - takenAt >= STAY_MS
    for (const [deviceId, at] of this.#waiting) if (now - at > WAITING_MS) this.#waiting.delete(deviceId)
    const order = [...this.#waiting.keys()]
    const ahead = order.includes(place.deviceId) ? order.indexOf(place.deviceId) : order.length
    // Those who have waited for longer are taken to need as much.
    const staying = [...this.#taken]
      .filter((other) => !mayLeave(other))
      .reduce((sum, { bytes }) => sum + bytes, 0)
    if (ahead > 0 && staying + place.bytes * (ahead + 1) > this.#maxBytes) return null
    return this.#whoLeaves(place, mayLeave)
  }

  /** Null when there is no room even without them. A member that is alone always has room. */
  #whoLeaves(place: MemberPlace, mayLeave: (other: MemberPlace) => boolean): MemberPlace[] | null {
    const others = [...this.#taken].filter((other) => other !== place)
    let bytes = others.reduce((sum, other) => sum + other.bytes, place.bytes)
    const leaving: MemberPlace[] = []
    for (const other of others) {
      if (bytes <= this.#maxBytes) break
      if (!mayLeave(other)) continue
      bytes -= other.bytes
      leaving.push(other)
    }
    return bytes <= this.#maxBytes || leaving.length === others.length ? leaving : null
  }
}
