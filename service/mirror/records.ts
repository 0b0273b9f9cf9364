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

/**
 * Start of the id of a category: what a record has room for. Two of a project's hundred categories share these by chance once
 * in a million projects.
 */
export const CATEGORY_BYTES = 4

/** Stands where a document names no category. */
export const NO_CATEGORY: Buffer = Buffer.alloc(CATEGORY_BYTES)

/** @param docId of the preset; undefined where a document names none */
export function categoryBytes(docId: string | undefined): Buffer {
  const bytes = Buffer.alloc(CATEGORY_BYTES)
  if (docId !== undefined) bytes.write(docId.slice(0, CATEGORY_BYTES * 2), 'hex')
  return bytes
}

/** Bits of the byte that says what a document has. Written to disk: never renumber. */
export const HAS_PHOTO = 1
export const HAS_AUDIO = 2

const MARKS_BYTES = 1

/** Cell, tag of the core that holds the first version, category, marks: enough for a filter to ask nothing else. */
const FACTS_BYTES = CELL_BYTES + TAG_BYTES + CATEGORY_BYTES + MARKS_BYTES

/** Kind, time, reference; facts. */
export const timeIndex = new Pages({
  tag: PAGE_TAGS.time,
  keyBytes: KIND_BYTES + TIME_BYTES + REF_BYTES,
  recordBytes: KIND_BYTES + TIME_BYTES + REF_BYTES + FACTS_BYTES
})

/** Kind, tag of the core that holds the first version, time, reference; the other facts. */
export const deviceIndex = new Pages({
  tag: PAGE_TAGS.device,
  keyBytes: KIND_BYTES + TAG_BYTES + TIME_BYTES + REF_BYTES,
  recordBytes: KIND_BYTES + TIME_BYTES + REF_BYTES + FACTS_BYTES
})

/** Kind, cell, reference; time and the other facts. Documents without a position are not in it. */
export const placeIndex = new Pages({
  tag: PAGE_TAGS.place,
  keyBytes: KIND_BYTES + CELL_BYTES + REF_BYTES,
  recordBytes: KIND_BYTES + TIME_BYTES + REF_BYTES + FACTS_BYTES
})

/** Kind, time of deletion, reference of the version that deletes. */
export const deletedIndex = new Pages({
  tag: PAGE_TAGS.deleted,
  keyBytes: KIND_BYTES + TIME_BYTES + REF_BYTES,
  recordBytes: KIND_BYTES + TIME_BYTES + REF_BYTES
})

export function kindBytes(kind: DocumentKind): Buffer {
  return Buffer.from([kindNumber(kind)])
}

/** Time and reference. */
export const HIT_ORDER_BYTES = TIME_BYTES + REF_BYTES

/** What a record of any of the three indexes says, wherever the fields lie in it. Views of the page: copy what is kept. */
export interface Hit {
  /** Time and reference: hits in the order of these bytes are oldest first. */
  readonly order: Buffer
  readonly ref: Buffer
  readonly cell: Buffer
  /** Tag of the core that holds the first version: says whose document it is. */
  readonly origin: Buffer
  readonly category: Buffer
  /** Bits `HAS_PHOTO` and `HAS_AUDIO`. */
  readonly marks: number
}

const ORDER_AT = KIND_BYTES
const CELL_AT = ORDER_AT + HIT_ORDER_BYTES
const ORIGIN_AT = CELL_AT + CELL_BYTES
const CATEGORY_AT = ORIGIN_AT + TAG_BYTES
const MARKS_AT = CATEGORY_AT + CATEGORY_BYTES

export function hitOfTime(record: Buffer): Hit {
  return {
    order: record.subarray(ORDER_AT, CELL_AT),
    ref: record.subarray(ORDER_AT + TIME_BYTES, CELL_AT),
    cell: record.subarray(CELL_AT, ORIGIN_AT),
    origin: record.subarray(ORIGIN_AT, CATEGORY_AT),
    category: record.subarray(CATEGORY_AT, MARKS_AT),
    marks: record[MARKS_AT] as number
  }
}

export function hitOfDevice(record: Buffer): Hit {
  return {
    order: record.subarray(ORDER_AT + TAG_BYTES, CELL_AT + TAG_BYTES),
    ref: record.subarray(ORDER_AT + TAG_BYTES + TIME_BYTES, CELL_AT + TAG_BYTES),
    cell: record.subarray(CELL_AT + TAG_BYTES, CATEGORY_AT),
    origin: record.subarray(ORDER_AT, ORDER_AT + TAG_BYTES),
    category: record.subarray(CATEGORY_AT, MARKS_AT),
    marks: record[MARKS_AT] as number
  }
}

export function hitOfPlace(record: Buffer): Hit {
  const refAt = KIND_BYTES + CELL_BYTES
  const timeAt = refAt + REF_BYTES
  const ref = record.subarray(refAt, timeAt)
  return {
    order: Buffer.concat([record.subarray(timeAt, timeAt + TIME_BYTES), ref]),
    ref,
    cell: record.subarray(KIND_BYTES, refAt),
    origin: record.subarray(ORIGIN_AT, CATEGORY_AT),
    category: record.subarray(CATEGORY_AT, MARKS_AT),
    marks: record[MARKS_AT] as number
  }
}

export function timeOfOrder(order: Buffer): number {
  return order.readUIntBE(0, TIME_BYTES)
}
