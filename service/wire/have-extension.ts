import { WaystationError } from '../errors.ts'
import { NAMESPACES } from '../ids.ts'
import type { Namespace } from '../ids.ts'
import { HaveSchema, Have_Namespace } from './generated/extensions_pb.ts'
import { asBuffer, parseMessage, requireKey, serialiseMessage } from './protobuf.ts'
import { decodeRuns, encodeRuns } from './run-length.ts'

/** Blocks that one word of a bitfield stands for. */
const BLOCKS_PER_WORD = 32

/**
 * Most words in one message: phones send one message per segment of their bitfield, which has 2,097,152 blocks, that is
 * 262,144 bytes.
 */
export const MAX_HAVE_WORDS = 2_097_152 / BLOCKS_PER_WORD

/**
 * First block index that is never spoken of. 2^26 blocks of photos are 4 TiB, more than any device holds; a start of 2^33
 * hangs a phone of version 7.1.0 for good, so the hub must never send one on.
 */
export const MAX_HAVE_START = 2 ** 26

/** Two bytes for each decoded one is the longest code that is not padded on purpose, and a little for the other fields. */
const MAX_HAVE_BYTES = 2 * MAX_HAVE_WORDS * 4 + 1024

/** Which blocks of one core the sender holds, in one stretch of it. */
export interface Have {
  /** 32 bytes */
  discoveryKey: Buffer
  /** Block index of the first bit: a multiple of 32 below `MAX_HAVE_START`. */
  start: number
  /** At most `MAX_HAVE_WORDS`. Bit k of the whole, least significant first, stands for block `start + k`. */
  words: Uint32Array
  namespace: Namespace
}

/**
 * The numbers of the wire agree with the order of `NAMESPACES` only by accident of two lists: this one decides.
 * CoMapeo peer protocol: auth 0, config 1, data 2, blobIndex 3, blob 4.
 */
const NAMESPACE_NUMBERS = {
  auth: Have_Namespace.AUTH,
  config: Have_Namespace.CONFIG,
  data: Have_Namespace.DATA,
  blobIndex: Have_Namespace.BLOB_INDEX,
  blob: Have_Namespace.BLOB
} as const satisfies Record<Namespace, number>

/**
 * Writes a `mapeo/have` message.
 * @throws WIRE_INVALID when `start` or the number of words is beyond what phones can bear
 */
export function encodeHave({ discoveryKey, start, words, namespace }: Have): Buffer {
  if (words.length > MAX_HAVE_WORDS) {
    throw new WaystationError('WIRE_INVALID', `Have of ${words.length} words: at most ${MAX_HAVE_WORDS}`)
  }
  return serialiseMessage(HaveSchema, {
    discoveryKey,
    start: BigInt(requireStart(start)),
    // Words are little-endian on the wire, as they are in the memory of every machine that Node.js runs on today.
    encodedBitfield: encodeRuns(new Uint8Array(words.buffer, words.byteOffset, words.byteLength)),
    namespace: NAMESPACE_NUMBERS[namespace]
  })
}

/**
 * Reads a `mapeo/have` message. Words that are missing at the end of a segment are not filled in.
 * @throws WIRE_INVALID when it is too long, not protobuf, of an unknown namespace, or beyond a limit of `Have`; what it
 * claims to hold is checked before memory is taken for it
 */
export function decodeHave(bytes: Uint8Array): Have {
  const fields = parseMessage(HaveSchema, bytes, MAX_HAVE_BYTES)
  const namespace = NAMESPACES.find((name) => NAMESPACE_NUMBERS[name] === fields.namespace)
  if (!namespace) throw new WaystationError('WIRE_INVALID', `Have of unknown namespace ${fields.namespace}`)
  const start = requireStart(Number(fields.start))
  const decoded = decodeRuns(asBuffer(fields.encodedBitfield), MAX_HAVE_WORDS * 4)
  return {
    discoveryKey: requireKey(fields.discoveryKey, 'discoveryKey'),
    start,
    words: new Uint32Array(decoded.buffer, decoded.byteOffset, decoded.length / 4),
    namespace
  }
}

function requireStart(start: number): number {
  if (start % BLOCKS_PER_WORD !== 0 || start < 0 || start >= MAX_HAVE_START) {
    throw new WaystationError(
      'WIRE_INVALID',
      `Have from block ${start}: a multiple of 32 below ${MAX_HAVE_START}`
    )
  }
  return start
}
