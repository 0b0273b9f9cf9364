import { WaystationError } from '../errors.ts'
import type { DeviceId } from '../ids.ts'
import { decodeCursor, encodeCursor } from './cursor.ts'
import { winnerAt, type MirrorDocument, type Page } from './document-queries.ts'
import type { FieldKind } from './kinds.ts'
import { cellFilter, cellRanges, type BoundingBox } from './place.ts'
import {
  deviceIndex,
  hitOfDevice,
  hitOfPlace,
  hitOfTime,
  HIT_ORDER_BYTES,
  kindBytes,
  LAST_TIME,
  placeIndex,
  timeBytes,
  timeIndex,
  type Hit
} from './records.ts'
import type { Snapshot } from './snapshot.ts'
import { tagOf } from './version-ref.ts'

/** Which documents are asked for; all parts that are given must hold. */
export interface FieldQuery {
  readonly bbox?: BoundingBox
  /** Instants of creation (ISO 8601), both inclusive. */
  readonly from?: string
  readonly to?: string
  /** Who made the first version. */
  readonly device?: DeviceId
  readonly limit: number
  /** As given by an earlier page. */
  readonly cursor?: string
}

/**
 * Most documents that are sorted by time to answer a question about a place. A box that holds more is answered by going
 * back in time instead: then so many documents lie in the box that a page is full soon.
 */
const MAX_SORTED = 5_000

/** What lies between two moments, as the first bytes of `Hit.order`. */
interface Window {
  readonly gte: Buffer
  readonly lt: Buffer
}

/**
 * Current documents of one kind, newest creation first.
 * @throws REQUEST_INVALID for a cursor that no page has given
 */
export async function findInField<Kind extends FieldKind>(
  snapshot: Snapshot,
  kind: Kind,
  query: FieldQuery
): Promise<Page<MirrorDocument<Kind>>> {
  const window = windowOf(query)
  const matches = query.bbox === undefined ? () => true : cellFilter(query.bbox)
  const hits: Hit[] = []
  for await (const hit of hitsOf(snapshot, kind, query, window)) {
    if (!matches(hit.cell)) continue
    hits.push({ order: Buffer.from(hit.order), ref: Buffer.from(hit.ref), cell: hit.cell })
    if (hits.length > query.limit) break
  }
  const last = hits.length > query.limit ? hits[query.limit - 1] : undefined
  const items: MirrorDocument<Kind>[] = []
  for (const { ref } of hits.slice(0, query.limit)) {
    const document = await winnerAt(snapshot, kind, ref)
    if (document !== null) items.push(document)
  }
  return { items, nextCursor: last === undefined ? null : encodeCursor(last.order) }
}

/** Newest first. */
async function* hitsOf(
  snapshot: Snapshot,
  kind: FieldKind,
  query: FieldQuery,
  window: Window
): AsyncGenerator<Hit> {
  if (query.device !== undefined) {
    yield* hitsOfDevice(snapshot, kind, query.device, window)
    return
  }
  if (query.bbox !== undefined) {
    const sorted = await hitsOfPlace(snapshot, kind, query.bbox, window)
    if (sorted !== null) {
      yield* sorted
      return
    }
  }
  const prefix = kindBytes(kind)
  const range = { gte: Buffer.concat([prefix, window.gte]), lt: Buffer.concat([prefix, window.lt]) }
  for await (const record of timeIndex.read(snapshot.bee, { ...range, reverse: true }))
    yield hitOfTime(record)
}

async function* hitsOfDevice(
  snapshot: Snapshot,
  kind: FieldKind,
  device: DeviceId,
  window: Window
): AsyncGenerator<Hit> {
  // A device writes what people collect into one core; phones read documents from its two others as well.
  const origins = (await snapshot.cores()).filter(({ owner }) => owner === device)
  const streams = origins.map(({ discoveryKey }) => {
    const prefix = Buffer.concat([kindBytes(kind), tagOf(discoveryKey)])
    const range = { gte: Buffer.concat([prefix, window.gte]), lt: Buffer.concat([prefix, window.lt]) }
    return deviceIndex.read(snapshot.bee, { ...range, reverse: true })
  })
  yield* newestFirst(streams)
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

function windowOf({ from, to, cursor }: FieldQuery): Window {
  const gte = timeBytes(from === undefined ? 0 : instantOf(from))
  const end = to === undefined ? LAST_TIME : instantOf(to)
  const lt = end >= LAST_TIME ? AFTER_ANY_REF : timeBytes(end + 1)
  if (cursor === undefined) return { gte, lt }
  // The cursor is the last document of the earlier page: what follows is older.
  const before = decodeCursor(cursor, HIT_ORDER_BYTES)
  return { gte, lt: before.compare(lt) < 0 ? before : lt }
}

function instantOf(text: string): number {
  const instant = Date.parse(text)
  if (Number.isNaN(instant))
    throw new WaystationError('REQUEST_INVALID', 'An instant is written as in ISO 8601')
  return instant
}
