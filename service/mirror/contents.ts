import type Hyperbee from 'hyperbee'
import { CONTENT_BLOCKS, contentKey } from './layout.ts'
import { indexOfRef } from './version-ref.ts'

// The document blocks themselves, as their authors wrote them. An entry holds the blocks of CONTENT_BLOCKS neighbours: first
// the length of each (uint32, 0 where there is no document), then their bytes one after the other.

const LENGTH_BYTES = 4
const HEADER_BYTES = CONTENT_BLOCKS * LENGTH_BYTES

/** @returns the block of a version, a view of the entry; null when the mirror has none */
export async function readContent(
  from: Pick<Hyperbee<Buffer, Buffer>, 'get'>,
  ref: Buffer
): Promise<Buffer | null> {
  const entry = await from.get(contentKey(ref))
  return entry === null ? null : blockIn(entry.value, indexOfRef(ref) % CONTENT_BLOCKS)
}

/** @returns the entry with these blocks added; `blocks` by their place in the entry */
export function withBlocks(entry: Buffer | null, blocks: ReadonlyMap<number, Buffer>): Buffer {
  const header = Buffer.alloc(HEADER_BYTES)
  const parts: Buffer[] = [header]
  for (let place = 0; place < CONTENT_BLOCKS; place++) {
    const block = blocks.get(place) ?? (entry === null ? null : blockIn(entry, place))
    if (block === null) continue
    header.writeUInt32BE(block.length, place * LENGTH_BYTES)
    parts.push(block)
  }
  return Buffer.concat(parts)
}

function blockIn(entry: Buffer, place: number): Buffer | null {
  let at = HEADER_BYTES
  for (let before = 0; before < place; before++) at += entry.readUInt32BE(before * LENGTH_BYTES)
  const length = entry.readUInt32BE(place * LENGTH_BYTES)
  return length === 0 ? null : entry.subarray(at, at + length)
}
