import type Hyperbee from 'hyperbee'
import { CONTENT_BLOCKS, contentKey } from './layout.ts'
import { indexOfRef, refOf } from './version-ref.ts'

// The document blocks themselves, as their authors wrote them. An entry holds the blocks of CONTENT_BLOCKS neighbours: first
// the length of each (uint32, 0 where there is no document), then their bytes one after the other.

type Batch = Hyperbee.Batch<Buffer, Buffer>
/** By their place in the entry. */
type Neighbours = (Buffer | undefined)[]

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

/** The document blocks of one batch. */
export class ContentChanges {
  /** By tag of the core (hex), then by number of the entry. */
  readonly #cores = new Map<string, Map<number, Neighbours>>()

  add(tag: string, index: number, block: Buffer): void {
    let entries = this.#cores.get(tag)
    if (entries === undefined) this.#cores.set(tag, (entries = new Map<number, Neighbours>()))
    const number = Math.floor(index / CONTENT_BLOCKS)
    let neighbours = entries.get(number)
    if (neighbours === undefined) entries.set(number, (neighbours = []))
    neighbours[index % CONTENT_BLOCKS] = block
  }

  /** @param isNew whether none of these blocks has been in the mirror: then there is nothing to add to */
  async write(
    batch: Batch,
    isNew: (tag: string, run: { start: number; end: number }) => boolean
  ): Promise<void> {
    for (const [tag, entries] of this.#cores) {
      for (const [number, neighbours] of entries) {
        const start = number * CONTENT_BLOCKS
        const key = contentKey(refOf(Buffer.from(tag, 'hex'), start))
        const known = isNew(tag, { start, end: start + CONTENT_BLOCKS }) ? null : await batch.get(key)
        await batch.put(key, withBlocks(known?.value ?? null, neighbours))
      }
    }
  }
}

function withBlocks(entry: Buffer | null, blocks: Neighbours): Buffer {
  const header = Buffer.alloc(HEADER_BYTES)
  const parts: Buffer[] = [header]
  for (let place = 0; place < CONTENT_BLOCKS; place++) {
    const block = blocks[place] ?? (entry === null ? null : blockIn(entry, place))
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
