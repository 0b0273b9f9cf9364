import { TAG_BYTES, tagOfRef, indexOfRef } from './version-ref.ts'

// Keys of the hyperbee. All of this lies on disk and may be followed by other programs: a change needs a new FORMAT, and
// mirrors of another format are made anew from the cores.

/** Written with the counts; a mirror that has another one is not opened. */
export const FORMAT = 2

const META = 0x01
const CORE = 0x02
const CONTENT = 0x03
const HISTORY = 0x04

/** First byte of the keys of each paged index. */
export const PAGE_TAGS = {
  document: 0x10,
  time: 0x11,
  device: 0x12,
  place: 0x13,
  file: 0x14,
  missing: 0x15,
  attachment: 0x16,
  deleted: 0x17
} as const

/** Holds format and counts. */
export const META_KEY: Buffer = Buffer.from([META])

/** Holds whose a core is and how far it was read. */
export function coreKey(tag: Buffer): Buffer {
  return Buffer.concat([Buffer.from([CORE]), tag])
}

export const ALL_CORES = { gte: Buffer.from([CORE]), lt: Buffer.from([CORE + 1]) }

/**
 * Blocks of one core that share an entry. An entry costs the hyperbee 50 µs and 100 bytes whatever its size, and a document
 * has a few hundred bytes; more blocks would make a single new document rewrite more of its neighbours.
 */
export const CONTENT_BLOCKS = 8

/** Holds the document blocks of `CONTENT_BLOCKS` neighbours. */
export function contentKey(ref: Buffer): Buffer {
  const key = Buffer.allocUnsafe(1 + TAG_BYTES + 4)
  key[0] = CONTENT
  key.set(tagOfRef(ref), 1)
  key.writeUInt32BE(Math.floor(indexOfRef(ref) / CONTENT_BLOCKS), 1 + TAG_BYTES)
  return key
}

/** Holds the versions of a document that has more than one, or whose one version links to others. */
export function historyKey(documentKey: Buffer): Buffer {
  return Buffer.concat([Buffer.from([HISTORY]), documentKey])
}
