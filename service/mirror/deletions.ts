import { decodeCursor, encodeCursor } from './cursor.ts'
import { winnerAt, type MirrorDocument, type Page } from './document-queries.ts'
import type { FieldKind } from './kinds.ts'
import {
  deletedIndex,
  HIT_ORDER_BYTES,
  kindBytes,
  KIND_BYTES,
  LAST_TIME,
  TIME_BYTES,
  timeBytes
} from './records.ts'
import type { Snapshot } from './snapshot.ts'

const AFTER_ALL = Buffer.concat([timeBytes(LAST_TIME), Buffer.alloc(HIT_ORDER_BYTES - TIME_BYTES, 0xff)])

/**
 * Documents of one kind that are deleted, the last deletion first. A deletion is a version that holds the last content: it is
 * as it was, says who deleted it (`updatedBy`) and when, by that device's clock (`updatedAt`).
 * @throws REQUEST_INVALID for a cursor that no page has given
 */
export async function listDeletions<Kind extends FieldKind>(
  snapshot: Snapshot,
  kind: Kind,
  { limit, cursor }: { limit: number; cursor?: string }
): Promise<Page<MirrorDocument<Kind>>> {
  const prefix = kindBytes(kind)
  const before = cursor === undefined ? AFTER_ALL : decodeCursor(cursor, HIT_ORDER_BYTES)
  const range = { gte: prefix, lt: Buffer.concat([prefix, before]), reverse: true }
  const items: MirrorDocument<Kind>[] = []
  let last: Buffer | null = null
  for await (const record of deletedIndex.read(snapshot.bee, range)) {
    if (items.length === limit && last !== null) return { items, nextCursor: encodeCursor(last) }
    const order = record.subarray(KIND_BYTES)
    const document = await winnerAt(snapshot, kind, order.subarray(TIME_BYTES))
    if (document !== null) items.push(document)
    last = Buffer.from(order)
  }
  return { items, nextCursor: null }
}
