import { BinaryReader, WireType } from '@bufbuild/protobuf/wire'

/**
 * Whether a protobuf message has more fields than `max`, counting those of the message in its field 1 with its own: in
 * documents that is where their common fields are. Reads on only until that is known, and allocates nothing.
 * @throws Error when the bytes are not protobuf
 */
export function hasMoreFieldsThan(message: Uint8Array, max: number): boolean {
  const reader = new BinaryReader(message)
  let endOfFirst = 0
  for (let count = 1; reader.pos < reader.len; count++) {
    if (count > max) return true
    const [field, wireType] = reader.tag()
    if (field === 1 && wireType === WireType.LengthDelimited && reader.pos >= endOfFirst) {
      const length = reader.uint32()
      endOfFirst = reader.pos + length
    } else {
      reader.skip(wireType, field)
    }
  }
  return false
}
