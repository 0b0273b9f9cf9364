import { decode, decodeBlockPrefix, encode } from '@comapeo/schema'
import type { ComapeoDocDecode, ComapeoDocEncode } from '@comapeo/schema'
import { hasMoreFieldsThan } from './field-count.ts'
import { asBuffer, KEY_BYTES } from './protobuf.ts'

/**
 * Longest block that is read as a document; longer ones are relayed like any other. A track with a position every second
 * for five hours is about this long.
 */
export const MAX_INDEXED_DOCUMENT_BYTES = 1024 * 1024

/**
 * Most fields of a document that is read: as many positions as the longest track has. An empty field takes two bytes on the
 * wire and hundreds in memory, and each position or icon that is incomplete costs an exception: without this limit one block
 * takes 250 MB and several seconds.
 */
const MAX_DOCUMENT_FIELDS = 20_000

/** Type id and schema version, before the protobuf message (CoMapeo peer protocol). */
const PREFIX_BYTES = 8

/** Hex characters of the longest document id that is read. Phones use 32 random bytes or a key. */
const MAX_DOC_ID_CHARACTERS = KEY_BYTES * 2

/** A document of any kind, as `@comapeo/schema` describes them. */
export type ComapeoDocument = ComapeoDocDecode
export type DocumentKind = ComapeoDocument['schemaName']
export type DocumentOfKind<Kind extends DocumentKind> = Extract<ComapeoDocument, { schemaName: Kind }>

/** The kinds that the hub itself writes. */
type WrittenKind = 'coreOwnership' | 'deviceInfo' | 'role'

/** Where a block lies: gives a document its version id. */
export interface BlockPosition {
  /** 32 bytes */
  discoveryKey: Buffer
  index: number
}

/**
 * Reads the document in one decrypted block. What the author wrote is not judged: numbers may be out of range or NaN, times
 * of any year, texts of any length and content.
 * @returns null for what phones do not index either (not a document, a kind that is not known, not decodable, without a
 * required field) and for what is longer or has more parts than any honest document; such a block is relayed all the same
 */
export function decodeDocument(block: Uint8Array, at: BlockPosition): ComapeoDocument | null {
  if (block.byteLength > MAX_INDEXED_DOCUMENT_BYTES) return null
  try {
    // No field is shorter than two bytes, so there is nothing to count in all but the largest documents.
    const mayHaveTooMany = block.byteLength > 2 * MAX_DOCUMENT_FIELDS
    if (mayHaveTooMany && hasMoreFieldsThan(block.subarray(PREFIX_BYTES), MAX_DOCUMENT_FIELDS)) return null
    // The library needs a Buffer: from a plain Uint8Array it makes ids that are not hex.
    const document = decode(asBuffer(block), { coreDiscoveryKey: at.discoveryKey, index: at.index })
    return document.docId.length <= MAX_DOC_ID_CHARACTERS ? document : null
  } catch {
    // The library throws plain errors of many kinds; each means that this block cannot be read as a document.
    return null
  }
}

/** Writes a document that the hub itself is the author of. @throws Error when a field has a value that cannot be written */
export function encodeDocument(document: ComapeoDocEncode<WrittenKind>): Buffer {
  return encode(document)
}

/** @returns the kind that the first bytes of a block name, without reading the rest; null when they name none */
export function documentKindOf(block: Uint8Array): DocumentKind | null {
  try {
    return decodeBlockPrefix(asBuffer(block.subarray(0, PREFIX_BYTES))).schemaName
  } catch {
    return null
  }
}
