import { crc32, deflateSync } from 'node:zlib'

/** Pixels for each module: sharp on a screen and on paper, and some kilobytes at most. */
const SCALE = 12

const SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])
const BIT_DEPTH = 1
const GRAYSCALE = 0

/**
 * A code as a picture: PNG (ISO/IEC 15948) of one bit for each pixel.
 * @param modules rows of the code with its quiet zone; true is dark
 */
export function qrPng(modules: readonly (readonly boolean[])[]): Buffer {
  const size = modules.length * SCALE
  const header = Buffer.alloc(13) // compression, filter and interlace stay 0
  header.writeUInt32BE(size, 0)
  header.writeUInt32BE(size, 4)
  header[8] = BIT_DEPTH
  header[9] = GRAYSCALE
  const lines = modules.flatMap((row) => new Array<Buffer>(SCALE).fill(line(row)))
  return Buffer.concat([
    SIGNATURE,
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(Buffer.concat(lines))),
    chunk('IEND', Buffer.alloc(0))
  ])
}

/** A line begins with the number of its filter, 0 for none; white is 1. */
function line(row: readonly boolean[]): Buffer {
  const bytes = Buffer.alloc(1 + Math.ceil((row.length * SCALE) / 8))
  for (let x = 0; x < row.length * SCALE; x++) {
    if (!row[Math.floor(x / SCALE)]) bytes[1 + (x >> 3)]! |= 0x80 >> (x & 7)
  }
  return bytes
}

function chunk(type: string, content: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), content])
  const length = Buffer.alloc(4)
  length.writeUInt32BE(content.length)
  const sum = Buffer.alloc(4)
  sum.writeUInt32BE(crc32(body))
  return Buffer.concat([length, body, sum])
}
