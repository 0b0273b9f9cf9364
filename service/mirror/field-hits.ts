import { WaystationError } from '../errors.ts'
import type { DeviceId } from '../ids.ts'
import type { FieldKind } from './kinds.ts'
import { cellFilter, cellRanges, type BoundingBox } from './place.ts'
import {
  categoryBytes,
  deviceIndex,
  HAS_AUDIO,
  HAS_PHOTO,
  hitOfDevice,
  hitOfPlace,
  hitOfTime,
  HIT_ORDER_BYTES,
  kindBytes,
  LAST_TIME,
  NO_CATEGORY,
  placeIndex,
  timeBytes,
  timeIndex,
  type Hit
} from './records.ts'
import type { Snapshot } from './snapshot.ts'
import { tagOf } from './version-ref.ts'

export const MEDIA = ['photo', 'audio'] as const
export type Media = (typeof MEDIA)[number]

/** Which documents are asked for; all parts that are given must hold. */
export interface FieldFilter {
  readonly bbox?: BoundingBox
  /** Instants of creation (ISO 8601), both inclusive. */
  readonly from?: string
  readonly to?: string
  /** Who made the first version. */
  readonly device?: DeviceId
  /** docId of the preset; null: those without one. */
  readonly category?: string | null
  /** Only what has a file of this type. */
  readonly media?: Media
}

/**
 * Most documents that are sorted by time to answer a question about a place. A box that holds more is answered by going
 * back in time instead: then so many documents lie in the box that a page is full soon.
 */
const MAX_SORTED = 5_000

/** What lies between two moments, as the first bytes of `Hit.order`. */
export interface Window {
  readonly gte: Buffer
  readonly lt: Buffer
}

/** @throws REQUEST_INVALID for an instant that is none */
export function windowOf({ from, to }: FieldFilter): Window {
  const gte = timeBytes(from === undefined ? 0 : instantOf(from))
  const end = to === undefined ? LAST_TIME : instantOf(to)
  return { gte, lt: end >= LAST_TIME ? AFTER_ANY_REF : timeBytes(end + 1) }
}

/**
 * Goes through what the filter lets through, newest first, in runs: as many at once as lie in one page. The hits are views:
 * copy what is kept.
 */
export async function* hitRuns(
  snapshot: Snapshot,
  kind: FieldKind,
  filter: FieldFilter,
  window: Window = windowOf(filter)
): AsyncGenerator<Iterable<Hit>> {
  const matches = matcherOf(filter)
  for await (const run of candidates(snapshot, kind, filter, window)) yield matching(run, matches)
}

function* matching(run: Iterable<Hit>, matches: (hit: Hit) => boolean): Generator<Hit> {
  for (const hit of run) if (matches(hit)) yield hit
}

function matcherOf({ bbox, category, media }: FieldFilter): (hit: Hit) => boolean {
  const inBox = bbox === undefined ? null : cellFilter(bbox)
  const wanted = category === undefined ? null : category === null ? NO_CATEGORY : categoryBytes(category)
  const mark = media === undefined ? 0 : media === 'photo' ? HAS_PHOTO : HAS_AUDIO
  return (hit) =>
    (hit.marks & mark) === mark &&
    (wanted === null || hit.category.equals(wanted)) &&
    (inBox === null || inBox(hit.cell))
}

/** By the index that leaves the fewest: device, place, time. */
async function* candidates(
  snapshot: Snapshot,
  kind: FieldKind,
  { device, bbox }: FieldFilter,
  window: Window
): AsyncGenerator<Iterable<Hit>> {
  if (device !== undefined) {
    yield* hitsOfDevice(snapshot, kind, device, window)
    return
  }
  if (bbox !== undefined) {
    const sorted = await hitsOfPlace(snapshot, kind, bbox, window)
    if (sorted !== null) {
      yield sorted
      return
    }
  }
  const runs = timeIndex.readRuns(snapshot.bee, { ...rangeOf(kindBytes(kind), window), reverse: true })
  for await (const run of runs) yield mapped(run, hitOfTime)
}

function rangeOf(prefix: Buffer, { gte, lt }: Window): { gte: Buffer; lt: Buffer } {
  return { gte: Buffer.concat([prefix, gte]), lt: Buffer.concat([prefix, lt]) }
}

function* mapped(run: Iterable<Buffer>, hitOf: (record: Buffer) => Hit): Generator<Hit> {
  for (const record of run) yield hitOf(record)
}

async function* hitsOfDevice(
  snapshot: Snapshot,
  kind: FieldKind,
  device: DeviceId,
  window: Window
): AsyncGenerator<Iterable<Hit>> {
  // A device writes what people collect into one core; phones read documents from its two others as well.
  const origins = (await snapshot.cores()).filter(({ owner }) => owner === device)
  const streams: AsyncGenerator<Iterable<Buffer>>[] = []
  for (const { discoveryKey } of origins) {
    const range = rangeOf(Buffer.concat([kindBytes(kind), tagOf(discoveryKey)]), window)
    const isEmpty = (await deviceIndex.read(snapshot.bee, range).next()).done === true
    if (!isEmpty) streams.push(deviceIndex.readRuns(snapshot.bee, { ...range, reverse: true }))
  }
  const [only] = streams
  if (only !== undefined && streams.length === 1) {
    for await (const run of only) yield mapped(run, hitOfDevice)
    return
  }
  for await (const hit of newestFirst(streams.map(oneByOne))) yield [hit]
}

async function* oneByOne(runs: AsyncGenerator<Iterable<Buffer>>): AsyncGenerator<Buffer> {
  for await (const run of runs) yield* run
}

async function* newestFirst(streams: AsyncGenerator<Buffer>[]): AsyncGenerator<Hit> {
  try {
    const heads = await Promise.all(streams.map(nextHit))
    for (;;) {
      let newest = -1
      for (const [i, head] of heads.entries()) {
        const best = heads[newest]
        if (head !== null && (best == null || head.order.compare(best.order) > 0)) newest = i
      }
      const hit = heads[newest]
      const stream = streams[newest]
      if (hit == null || stream === undefined) return
      yield hit
      heads[newest] = await nextHit(stream)
    }
  } finally {
    for (const stream of streams) await stream.return(undefined)
  }
}

async function nextHit(stream: AsyncGenerator<Buffer>): Promise<Hit | null> {
  const next = await stream.next()
  return next.done === true ? null : hitOfDevice(next.value)
}

/** @returns null when the box holds too many to sort */
async function hitsOfPlace(
  snapshot: Snapshot,
  kind: FieldKind,
  bbox: BoundingBox,
  window: Window
): Promise<Hit[] | null> {
  const hits: Hit[] = []
  const prefix = kindBytes(kind)
  const matches = cellFilter(bbox)
  for (const { first, last } of cellRanges(bbox)) {
    const range = { gte: Buffer.concat([prefix, first]), lt: Buffer.concat([prefix, last, AFTER_ANY_REF]) }
    for await (const record of placeIndex.read(snapshot.bee, range)) {
      const hit = hitOfPlace(record)
      if (!matches(hit.cell) || hit.order.compare(window.gte) < 0 || hit.order.compare(window.lt) >= 0)
        continue
      if (hits.length === MAX_SORTED) return null
      hits.push(hit)
    }
  }
  return hits.sort((a, b) => b.order.compare(a.order))
}

const AFTER_ANY_REF = Buffer.alloc(HIT_ORDER_BYTES, 0xff)

function instantOf(text: string): number {
  const instant = Date.parse(text)
  if (Number.isNaN(instant))
    throw new WaystationError('REQUEST_INVALID', 'An instant is written as in ISO 8601')
  return instant
}
