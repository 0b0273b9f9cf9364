import { createHash } from 'node:crypto'
import { PAGE_TAGS } from './layout.ts'
import { Pages } from './pages.ts'
import { REF_BYTES, TAG_BYTES } from './version-ref.ts'

// The records of the paged indexes over files, field by field, and the indexes themselves.

export const VARIANTS = ['original', 'preview', 'thumbnail'] as const
export type Variant = (typeof VARIANTS)[number]

/** Written in every key: never renumber. */
const TYPE_NUMBERS = { photo: 1, video: 2, audio: 3 } as const
export type FileType = keyof typeof TYPE_NUMBERS

export function isFileType(text: string): text is FileType {
  return Object.hasOwn(TYPE_NUMBERS, text)
}

/**
 * `unknown`: the owner's file index has not told of it; `missing`: told of, not here yet; `held`: can be read; `removed`: the
 * owner took it out of the index. The order is written to disk.
 */
const STATES = ['unknown', 'missing', 'held', 'removed'] as const
export type VariantState = (typeof STATES)[number]

export interface VariantRecord {
  readonly state: VariantState
  /** Block of the owner's file index that says so; the highest known one counts. */
  readonly seq: number
  readonly blockOffset: number
  readonly blockLength: number
}

export interface FileRecord {
  /** How many current observations refer to the file. */
  readonly references: number
  readonly variants: Readonly<Record<Variant, VariantRecord>>
}

const NAME_HASH_BYTES = 16

/** Tag of the owner's blobIndex core, type, start of the SHA-256 of the name. */
export const FILE_KEY_BYTES = TAG_BYTES + 1 + NAME_HASH_BYTES

export function fileKey(driveTag: Buffer, type: FileType, name: string): Buffer {
  const nameHash = createHash('sha256').update(name).digest().subarray(0, NAME_HASH_BYTES)
  return Buffer.concat([driveTag, Buffer.from([TYPE_NUMBERS[type]]), nameHash])
}

export function driveTagOfFile(key: Buffer): Buffer {
  return key.subarray(0, TAG_BYTES)
}

export function isPhoto(key: Buffer): boolean {
  return key[TAG_BYTES] === TYPE_NUMBERS.photo
}

const VARIANT_BYTES = 1 + 4 + 4 + 4

/** File key; references; for each variant state, seq, offset and length. */
export const fileIndex = new Pages({
  tag: PAGE_TAGS.file,
  keyBytes: FILE_KEY_BYTES,
  recordBytes: FILE_KEY_BYTES + 4 + VARIANTS.length * VARIANT_BYTES
})

const UNKNOWN: VariantRecord = { state: 'unknown', seq: 0, blockOffset: 0, blockLength: 0 }

export const NO_FILE: FileRecord = {
  references: 0,
  variants: { original: UNKNOWN, preview: UNKNOWN, thumbnail: UNKNOWN }
}

export function encodeFile(key: Buffer, { references, variants }: FileRecord): Buffer {
  const record = Buffer.allocUnsafe(FILE_KEY_BYTES + 4 + VARIANTS.length * VARIANT_BYTES)
  record.set(key, 0)
  let at = record.writeUInt32BE(references, FILE_KEY_BYTES)
  for (const variant of VARIANTS) {
    const { state, seq, blockOffset, blockLength } = variants[variant]
    at = record.writeUInt8(STATES.indexOf(state), at)
    at = record.writeUInt32BE(seq, at)
    at = record.writeUInt32BE(blockOffset, at)
    at = record.writeUInt32BE(blockLength, at)
  }
  return record
}

export function decodeFile(record: Buffer): FileRecord {
  const [original, preview, thumbnail] = VARIANTS.map((_, n) => {
    const at = FILE_KEY_BYTES + 4 + n * VARIANT_BYTES
    return {
      state: STATES[record.readUInt8(at)] ?? 'unknown',
      seq: record.readUInt32BE(at + 1),
      blockOffset: record.readUInt32BE(at + 5),
      blockLength: record.readUInt32BE(at + 9)
    }
  })
  return {
    references: record.readUInt32BE(FILE_KEY_BYTES),
    variants: {
      original: original ?? UNKNOWN,
      preview: preview ?? UNKNOWN,
      thumbnail: thumbnail ?? UNKNOWN
    }
  }
}

/** Tag of the owner's blobIndex core, first block, file key, variant; number of blocks. Files whose bytes are not all here. */
export const missingIndex = new Pages({
  tag: PAGE_TAGS.missing,
  keyBytes: TAG_BYTES + 4 + FILE_KEY_BYTES + 1,
  recordBytes: TAG_BYTES + 4 + FILE_KEY_BYTES + 1
})

export function missingKey(key: Buffer, variant: Variant, blockOffset: number): Buffer {
  const offset = Buffer.allocUnsafe(4)
  offset.writeUInt32BE(blockOffset)
  return Buffer.concat([driveTagOfFile(key), offset, key, Buffer.from([VARIANTS.indexOf(variant)])])
}

export function fileOfMissing(record: Buffer): Buffer {
  return record.subarray(TAG_BYTES + 4, TAG_BYTES + 4 + FILE_KEY_BYTES)
}

/** File key, reference of an observation that has the file among its attachments. */
export const attachmentIndex = new Pages({
  tag: PAGE_TAGS.attachment,
  keyBytes: FILE_KEY_BYTES + REF_BYTES,
  recordBytes: FILE_KEY_BYTES + REF_BYTES
})

export function refOfAttachment(record: Buffer): Buffer {
  return record.subarray(FILE_KEY_BYTES)
}
