import { randomBytes } from 'node:crypto'
import type { Clock } from '../clock.ts'
import type { Station } from './access-point.ts'

const VISIT_BYTES = 6

/** A station, under a name that says nothing about the device and ends with the visit. */
export interface Visit {
  /** 12 characters of hex, other ones each time the same phone comes. */
  readonly id: string
  /** When it joined, by the monotonic clock. */
  readonly joinedAt: number
  readonly station: Station
}

/** Gives each visit its name. A MAC is remembered as long as the station is there, and not longer. */
export class Visits {
  readonly #clock: Clock
  readonly #known = new Map<string, { id: string; joinedAt: number }>()

  constructor({ clock }: { clock: Clock }) {
    this.#clock = clock
  }

  /** @param stations all that are there now */
  of(stations: readonly Station[]): Visit[] {
    const present = new Set(stations.map(({ mac }) => mac))
    for (const mac of this.#known.keys()) if (!present.has(mac)) this.#known.delete(mac)
    return stations.map((station) => ({ ...this.#visitOf(station), station }))
  }

  #visitOf({ mac, connectedMs }: Station): { id: string; joinedAt: number } {
    const visit = this.#known.get(mac) ?? {
      id: randomBytes(VISIT_BYTES).toString('hex'),
      joinedAt: this.#clock.monotonic() - connectedMs
    }
    this.#known.set(mac, visit)
    return visit
  }
}
