import { create, fromBinary, toBinary } from '@bufbuild/protobuf'
import type { DescMessage, MessageInitShape, MessageShape } from '@bufbuild/protobuf'
import { WaystationError } from '../errors.ts'

/** Bytes of every id and key in the protocol: ed25519 public keys, BLAKE2b-256 hashes, namespace keys. */
export const KEY_BYTES = 32

/**
 * Parses one protobuf message. Fields that the schema does not know are skipped, so that newer phones can add some.
 * @param maxBytes longest message that is parsed at all: what parsing allocates is a multiple of the bytes given
 * @throws WIRE_INVALID when the bytes are too many or are not protobuf
 */
export function parseMessage<Schema extends DescMessage>(
  schema: Schema,
  bytes: Uint8Array,
  maxBytes: number
): MessageShape<Schema> {
  if (bytes.byteLength > maxBytes) {
    throw new WaystationError(
      'WIRE_INVALID',
      `${schema.name} of ${bytes.byteLength} bytes: at most ${maxBytes}`
    )
  }
  try {
    return fromBinary(schema, bytes, { readUnknownFields: false })
  } catch (cause) {
    throw new WaystationError('WIRE_INVALID', `${schema.name} is not valid protobuf`, { cause })
  }
}

export function serialiseMessage<Schema extends DescMessage>(
  schema: Schema,
  fields: MessageInitShape<Schema>
): Buffer {
  return asBuffer(toBinary(schema, create(schema, fields)))
}

/**
 * @returns a copy of `bytes` that does not keep the message it came from in memory
 * @throws WIRE_INVALID when it is not exactly 32 bytes
 */
export function requireKey(bytes: Uint8Array | undefined, field: string): Buffer {
  if (bytes?.byteLength !== KEY_BYTES) {
    throw new WaystationError(
      'WIRE_INVALID',
      `${field} has ${bytes?.byteLength ?? 0} bytes instead of ${KEY_BYTES}`
    )
  }
  return Buffer.from(bytes)
}

/** The same bytes as a Buffer, without a copy. */
export function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}
