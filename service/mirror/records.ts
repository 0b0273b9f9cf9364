import type { DocumentKind } from '../wire/documents.ts'
import { kindNumber } from './kinds.ts'
import { PAGE_TAGS } from './layout.ts'
import { Pages } from './pages.ts'
import { CELL_BYTES } from './place.ts'
import { REF_BYTES, TAG_BYTES } from './version-ref.ts'

// The records of the paged indexes over documents, field by field, and the indexes themselves.

/** Longest document id, in bytes: decoding lets none through that is longer. */
const DOC_ID_BYTES = 32
export const KIND_BYTES = 1
export const TIME_BYTES = 6

/** Kind, id padded with zeros, length of the id. */
export const DOCUMENT_KEY_BYTES = KIND_BYTES + DOC_ID_BYTES + 1

export function documentKey(kind: DocumentKind, docId: string): Buffer {
  const key = Buffer.alloc(DOCUMENT_KEY_BYTES)
  key[0] = kindNumber(kind)
  key[DOCUMENT_KEY_BYTES - 1] = key.write(docId, KIND_BYTES, DOC_ID_BYTES, 'hex')
  return key
}

/** Set when the winner is a deletion. */
export const DELETED = 1
/** Set when there is a history entry. */
export const HAS_HISTORY = 2

/** Set when no version is a head: links that form a circle, which only a device that means harm writes. */
export const NO_WINNER = 4

/** Stands where there is no winner. */
export const NO_WINNER_REF: Buffer = Buffer.alloc(REF_BYTES)

/** Document key, reference of the winner, flags. */
export const documentIndex = new Pages({
  tag: PAGE_TAGS.document,
  keyBytes: DOCUMENT_KEY_BYTES,
  recordBytes: DOCUMENT_KEY_BYTES + REF_BYTES + 1
})

export function winnerOf(record: Buffer): Buffer {
  return record.subarray(DOCUMENT_KEY_BYTES, DOCUMENT_KEY_BYTES + REF_BYTES)
}

export function flagsOf(record: Buffer): number {
  return record[DOCUMENT_KEY_BYTES + REF_BYTES] as number
}

/** Milliseconds since 1970, uint48: what is before counts as the first, what is after the year 10889 as the last. */
export const LAST_TIME = 2 ** 48 - 1

export function timeBytes(createdAtMs: number): Buffer {
  const bytes = Buffer.allocUnsafe(TIME_BYTES)
  bytes.writeUIntBE(Math.max(0, Math.min(LAST_TIME, Math.trunc(createdAtMs))), 0, TIME_BYTES)
  return bytes
}

/** Kind, time, reference; cell. */
export const timeIndex = new Pages({
  tag: PAGE_TAGS.time,
  keyBytes: KIND_BYTES + TIME_BYTES + REF_BYTES,
  recordBytes: KIND_BYTES + TIME_BYTES + REF_BYTES + CELL_BYTES
})

/** Kind, tag of the core that holds the first version, time, reference; cell. */
export const deviceIndex = new Pages({
  tag: PAGE_TAGS.device,
  keyBytes: KIND_BYTES + TAG_BYTES + TIME_BYTES + REF_BYTES,
  recordBytes: KIND_BYTES + TAG_BYTES + TIME_BYTES + REF_BYTES + CELL_BYTES
})

/** Kind, cell, reference; time. Documents without a position are not in it. */
export const placeIndex = new Pages({
  tag: PAGE_TAGS.place,
  keyBytes: KIND_BYTES + CELL_BYTES + REF_BYTES,
  recordBytes: KIND_BYTES + CELL_BYTES + REF_BYTES + TIME_BYTES
})

export function kindBytes(kind: DocumentKind): Buffer {
  return Buffer.from([kindNumber(kind)])
}

/** Time and reference. */
export const HIT_ORDER_BYTES = TIME_BYTES + REF_BYTES

/** What a record of any of the three indexes says, wherever the fields lie in it. */
export interface Hit {
  /** Time and reference: hits in the order of these bytes are oldest first. */
  readonly order: Buffer
  readonly ref: Buffer
  readonly cell: Buffer
}

export function hitOfTime(record: Buffer): Hit {
  return hitAt(record, KIND_BYTES)
}

export function hitOfDevice(record: Buffer): Hit {
  return hitAt(record, KIND_BYTES + TAG_BYTES)
}

export function hitOfPlace(record: Buffer): Hit {
  const cell = record.subarray(KIND_BYTES, KIND_BYTES + CELL_BYTES)
  const ref = record.subarray(KIND_BYTES + CELL_BYTES, KIND_BYTES + CELL_BYTES + REF_BYTES)
  return { order: Buffer.concat([record.subarray(-TIME_BYTES), ref]), ref, cell }
}

function hitAt(record: Buffer, at: number): Hit {
  const cellAt = at + TIME_BYTES + REF_BYTES
  return {
    order: record.subarray(at, cellAt),
    ref: record.subarray(at + TIME_BYTES, cellAt),
    cell: record.subarray(cellAt)
  }
}
