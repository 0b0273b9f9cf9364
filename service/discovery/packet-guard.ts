// One frame. RFC 6762 section 17 allows 9,000 bytes and asks to avoid more than a frame, which responders do by sending several
// packets. What dns-packet costs at worst grows with the square of the size, since a name may be a chain of pointers: a packet
// of 9,000 bytes can take it 20 ms on a fast machine, one of this size under one.
const MAX_PACKET_BYTES = 1_500
const HEADER_BYTES = 12
// A root name of one byte, a type and a class; a record adds a TTL and a length.
const LEAST_QUESTION_BYTES = 5
const LEAST_RECORD_BYTES = 11

const OPCODE_AND_RCODE = 0b0_1111_0000000_1111

/**
 * Looks at a packet before anything is decoded. dns-packet makes room for as many records as the header claims, so that a
 * header alone could claim a quarter of a million.
 *
 * @returns whether the packet can be a message: a size that is allowed, counts that fit into it, and an opcode and response
 *   code of zero, since messages with others are to be ignored in silence (RFC 6762 sections 18.3 and 18.11)
 */
export function isPlausible(packet: Buffer): boolean {
  if (packet.length < HEADER_BYTES || packet.length > MAX_PACKET_BYTES) return false
  if ((packet.readUInt16BE(2) & OPCODE_AND_RCODE) !== 0) return false
  const questions = packet.readUInt16BE(4)
  const records = packet.readUInt16BE(6) + packet.readUInt16BE(8) + packet.readUInt16BE(10)
  return HEADER_BYTES + questions * LEAST_QUESTION_BYTES + records * LEAST_RECORD_BYTES <= packet.length
}

/** @returns whether the packet says that it is a response */
export function isResponse(packet: Buffer): boolean {
  return (packet.readUInt16BE(2) & 0x8000) !== 0
}
