import type { DeviceId } from '../ids.ts'
import { hitRuns, type FieldFilter } from './field-hits.ts'
import type { FieldKind } from './kinds.ts'
import { positionOfCell, type BoundingBox } from './place.ts'
import { HAS_AUDIO, HAS_PHOTO, NO_CATEGORY, timeOfOrder } from './records.ts'
import type { Snapshot } from './snapshot.ts'
import { tagOf } from './version-ref.ts'

/** How many documents a filter lets through, and of what they are. */
export interface FieldCounts {
  readonly total: number
  readonly withPosition: number
  readonly withPhoto: number
  readonly withAudio: number
  /** By the first bytes (hex) of the docId of the preset; '' for those without one. */
  readonly byCategory: ReadonlyMap<string, number>
  /** Null for those of a core that nobody has proved to own. */
  readonly byDevice: ReadonlyMap<DeviceId | null, number>
  /** By month of creation in UTC, `2026-05`. */
  readonly byMonth: ReadonlyMap<string, number>
  /** The smallest box that has all positions; it never crosses the antimeridian. Null when nothing has a position. */
  readonly bounds: BoundingBox | null
}

export async function countField(
  snapshot: Snapshot,
  kind: FieldKind,
  filter: FieldFilter
): Promise<FieldCounts> {
  const owners = new Map<string, DeviceId>()
  for (const { discoveryKey, owner } of await snapshot.cores()) {
    owners.set(tagOf(discoveryKey).toString('latin1'), owner)
  }
  const [byCategory, byMonth] = [new Map<string, number>(), new Map<string, number>()]
  const byDevice = new Map<DeviceId | null, number>()
  let [total, withPosition, withPhoto, withAudio] = [0, 0, 0, 0]
  let bounds: BoundingBox | null = null
  for await (const run of hitRuns(snapshot, kind, filter)) {
    for (const { order, cell, origin, category, marks } of run) {
      total++
      if ((marks & HAS_PHOTO) !== 0) withPhoto++
      if ((marks & HAS_AUDIO) !== 0) withAudio++
      increment(byCategory, category.equals(NO_CATEGORY) ? '' : category.toString('hex'))
      increment(byDevice, owners.get(origin.toString('latin1')) ?? null)
      increment(byMonth, new Date(timeOfOrder(order)).toISOString().slice(0, 7))
      const position = positionOfCell(cell)
      if (position === null) continue
      withPosition++
      bounds = including(bounds, position)
    }
  }
  return { total, withPosition, withPhoto, withAudio, byCategory, byDevice, byMonth, bounds }
}

function increment<Key>(counts: Map<Key, number>, key: Key): void {
  counts.set(key, (counts.get(key) ?? 0) + 1)
}

function including(bounds: BoundingBox | null, { lat, lon }: { lat: number; lon: number }): BoundingBox {
  if (bounds === null) return { west: lon, south: lat, east: lon, north: lat }
  return {
    west: Math.min(bounds.west, lon),
    south: Math.min(bounds.south, lat),
    east: Math.max(bounds.east, lon),
    north: Math.max(bounds.north, lat)
  }
}
