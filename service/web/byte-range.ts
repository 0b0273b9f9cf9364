import { Readable } from 'node:stream'

/** Bytes from `start` up to but not including `end`. */
export interface ByteRange {
  start: number
  end: number
}

/**
 * Reads a Range header (RFC 9110 section 14). Several ranges and other units are ignored, as the RFC allows: the whole
 * file is then the answer.
 * @param size of the file in bytes
 * @returns null when the whole file is to be sent
 */
export function parseRange(header: string | undefined, size: number): ByteRange | 'unsatisfiable' | null {
  const [, first = '', last = ''] = /^bytes=([0-9]{0,15})-([0-9]{0,15})$/.exec(header ?? '') ?? []
  if (first === '' && last === '') return null
  if (first === '') {
    const start = Math.max(size - Number(last), 0)
    return start < size ? { start, end: size } : 'unsatisfiable'
  }
  const start = Number(first)
  const end = last === '' ? size : Math.min(Number(last) + 1, size)
  if (last !== '' && Number(last) < start) return null
  return start < size ? { start, end } : 'unsatisfiable'
}

/** The bytes of `range`. What lies before is read and dropped; what lies behind is not read. `source` is destroyed with it. */
export function byteRange(source: Readable, range: ByteRange): Readable {
  const bytes = Readable.from(bytesOf(source, range), { objectMode: false })
  // The generator releases the source only once it has begun; a client may be gone before.
  return bytes.once('close', () => source.destroy())
}

async function* bytesOf(source: Readable, { start, end }: ByteRange): AsyncGenerator<Buffer> {
  let position = 0
  for await (const chunk of source as AsyncIterable<Buffer>) {
    const from = Math.max(start - position, 0)
    const to = end - position
    position += chunk.length
    if (from < chunk.length) yield chunk.subarray(from, to)
    if (position >= end) return
  }
}
