import { WaystationError } from '../errors.ts'

// The run-length code of bitfields in `mapeo/have` messages (CoMapeo peer protocol). Items until the end; each starts with
// an unsigned LEB128 varint n. Odd n: a run of floor(n / 4) bytes, 0xff if n & 2, else 0x00. Even n: n / 2 literal bytes
// follow.

/** A shorter run, in general, costs no less than the same bytes inside a literal item that it would cut in two. */
const MIN_RUN_BYTES = 3

/** 28 bits: more than the length of any bitfield that is accepted, and exact in 32-bit arithmetic. */
const MAX_VARINT_BYTES = 4

export function encodeRuns(bytes: Uint8Array): Buffer {
  const parts: Uint8Array[] = []
  let literalStart = 0
  const endLiteral = (end: number) => {
    if (end > literalStart) parts.push(varint((end - literalStart) * 2), bytes.subarray(literalStart, end))
  }
  for (let index = 0; index < bytes.length;) {
    const end = endOfRun(bytes, index)
    if (end - index >= MIN_RUN_BYTES) {
      endLiteral(index)
      parts.push(varint((end - index) * 4 + (bytes[index] === 0xff ? 2 : 0) + 1))
      literalStart = end
    }
    index = Math.max(end, index + 1)
  }
  endLiteral(bytes.length)
  return Buffer.concat(parts)
}

/**
 * @param maxBytes most bytes that may come out
 * @returns the decoded bytes, zero-padded to a multiple of 4
 * @throws WIRE_INVALID when an item is cut short or more would come out; known before anything is allocated
 */
export function decodeRuns(encoded: Uint8Array, maxBytes: number): Uint8Array {
  let length = 0
  for (const item of itemsOf(encoded)) {
    length += item.length
    if (length > maxBytes)
      throw new WaystationError('WIRE_INVALID', `Bitfield of more than ${maxBytes} bytes`)
  }
  const decoded = new Uint8Array(Math.ceil(length / 4) * 4)
  let position = 0
  for (const item of itemsOf(encoded)) {
    if (item.literal !== null) decoded.set(item.literal, position)
    else if (item.ones) decoded.fill(0xff, position, position + item.length)
    position += item.length
  }
  return decoded
}

type Item = { length: number } & ({ literal: Uint8Array } | { literal: null; ones: boolean })

function* itemsOf(encoded: Uint8Array): Generator<Item> {
  let position = 0
  while (position < encoded.length) {
    let head = 0
    let shift = 0
    for (;;) {
      const byte = encoded[position++]
      if (byte === undefined || shift >= MAX_VARINT_BYTES * 7) {
        throw new WaystationError('WIRE_INVALID', 'Bitfield with a length that is cut short or too long')
      }
      head |= (byte & 0x7f) << shift
      shift += 7
      if (byte < 0x80) break
    }
    if (head & 1) {
      yield { length: head >>> 2, literal: null, ones: (head & 2) !== 0 }
      continue
    }
    const length = head >>> 1
    const literal = encoded.subarray(position, position + length)
    if (literal.length < length) throw new WaystationError('WIRE_INVALID', 'Bitfield that is cut short')
    position += length
    yield { length, literal }
  }
}

/** @returns the index after the run of 0x00 or 0xff that starts at `start`; `start` itself where there is none */
function endOfRun(bytes: Uint8Array, start: number): number {
  const value = bytes[start]
  if (value !== 0x00 && value !== 0xff) return start
  let end = start + 1
  while (bytes[end] === value) end++
  return end
}

function varint(value: number): Uint8Array {
  const bytes: number[] = []
  let rest = value
  while (rest >= 0x80) {
    bytes.push((rest & 0x7f) | 0x80)
    rest >>>= 7
  }
  return Uint8Array.of(...bytes, rest)
}
