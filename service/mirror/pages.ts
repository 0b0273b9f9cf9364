import type Hyperbee from 'hyperbee'
import { RecordEdits } from './record-edits.ts'
import { compareBytes, type RecordList } from './record-list.ts'

/**
 * Bytes of records in one page. A hyperbee entry costs 50 to 90 µs and some 100 bytes whatever it holds, and an observation
 * has four records of 27 to 46 bytes: with an entry each, 4,000 observations a second are the end. Larger pages make a
 * single new document rewrite more.
 */
const PAGE_BYTES = 4096

/** How many leading bits the keys of a page share: uint16 at the start of each page. */
const HEADER_BYTES = 2

export interface RecordRange {
  /** May be shorter than a key. */
  readonly gte: Buffer
  /** May be shorter than a key. */
  readonly lt: Buffer
  readonly reverse?: boolean
}

type Bee = Hyperbee<Buffer, Buffer>
type Batch = Hyperbee.Batch<Buffer, Buffer>

interface Page {
  /** The smallest key that belongs here. */
  readonly start: Buffer
  readonly bits: number
  /** Sorted by key. */
  readonly records: Buffer
}

/**
 * An ordered set of records of one size, packed in pages that are entries of a hyperbee. Each record starts with its key.
 *
 * Pages are the leaves of a binary trie over the bits of the keys: a page that grows too large is split at the next bit,
 * two halves that fit in one page are joined. So the pages follow from the records alone, not from the order of the edits,
 * and every key belongs to exactly one page, which may be empty.
 */
export class Pages {
  readonly keyBytes: number
  readonly recordBytes: number
  readonly #tag: number
  readonly #most: number

  constructor(layout: { tag: number; keyBytes: number; recordBytes: number }) {
    this.#tag = layout.tag
    this.keyBytes = layout.keyBytes
    this.recordBytes = layout.recordBytes
    this.#most = Math.floor(PAGE_BYTES / layout.recordBytes)
  }

  /** An empty set of edits for `update`. */
  edits(): RecordEdits {
    return new RecordEdits(this.recordBytes)
  }

  async update(batch: Batch, edits: RecordEdits): Promise<void> {
    const { records } = edits
    const rows = records.sortedRows(this.keyBytes)
    for (let i = 0; i < rows.length;) {
      const page = await this.#find(batch, this.#keyAt(records, rows[i] as number))
      const first = i
      while (i < rows.length && this.#covers(page, records.bytes, (rows[i] as number) * this.recordBytes)) i++
      const merged = this.#merged(page.records, edits, rows.subarray(first, i))
      if (merged.equals(page.records)) continue
      if (merged.length < page.records.length) await this.#storeShrunk(batch, { ...page, records: merged })
      else await this.#store(batch, { ...page, records: merged })
    }
  }

  /** @returns the record or null: a view of the page */
  async get(from: Bee | Batch, key: Buffer): Promise<Buffer | null> {
    const { records } = await this.#find(from, key)
    return this.#recordIn(records, key, 0)
  }

  /**
   * @param keys records that start with a key
   * @param rows of them, in the order of the keys
   * @returns for each of `rows` the record or null: views of the pages
   */
  async getMany(from: Bee | Batch, keys: RecordList, rows: Uint32Array): Promise<(Buffer | null)[]> {
    const found = new Array<Buffer | null>(rows.length)
    for (let i = 0; i < rows.length;) {
      const page = await this.#find(from, this.#keyAt(keys, rows[i] as number))
      for (; i < rows.length; i++) {
        const at = (rows[i] as number) * keys.recordBytes
        if (!this.#covers(page, keys.bytes, at)) break
        found[i] = this.#recordIn(page.records, keys.bytes, at)
      }
    }
    return found
  }

  /** Records are views of the pages: copy what is kept. Stopping early is fine. */
  async *read(from: Bee | Batch, range: RecordRange): AsyncGenerator<Buffer> {
    for await (const run of this.readRuns(from, range)) yield* run
  }

  /** As `read`, page by page: who goes through a hundred thousand records waits once for each hundred of them. */
  async *readRuns(
    from: Bee | Batch,
    { gte, lt, reverse = false }: RecordRange
  ): AsyncGenerator<Generator<Buffer>> {
    const first = await this.#find(from, this.#padded(gte))
    const range = { gte: this.#entryKey(first.start), lt: this.#entryKey(lt) }
    for await (const { value } of from.createReadStream(range, { reverse })) {
      const records = value.subarray(HEADER_BYTES)
      yield this.#run(records, {
        low: this.#position(records, gte),
        high: this.#position(records, lt),
        reverse
      })
    }
  }

  *#run(
    records: Buffer,
    { low, high, reverse }: { low: number; high: number; reverse: boolean }
  ): Generator<Buffer> {
    const size = this.recordBytes
    if (reverse) for (let at = high - size; at >= low; at -= size) yield records.subarray(at, at + size)
    else for (let at = low; at < high; at += size) yield records.subarray(at, at + size)
  }

  #entryKey(key: Buffer): Buffer {
    const entryKey = Buffer.allocUnsafe(key.length + 1)
    entryKey[0] = this.#tag
    entryKey.set(key, 1)
    return entryKey
  }

  #padded(key: Buffer): Buffer {
    if (key.length === this.keyBytes) return key
    const padded = Buffer.alloc(this.keyBytes)
    padded.set(key, 0)
    return padded
  }

  async #find(from: Bee | Batch, key: Buffer): Promise<Page> {
    const gte = Buffer.from([this.#tag])
    const entry = await from.peek({ gte, lte: this.#entryKey(key) }, { reverse: true })
    if (entry === null) return { start: Buffer.alloc(this.keyBytes), bits: 0, records: Buffer.alloc(0) }
    return pageOf(entry)
  }

  #keyAt(records: RecordList, row: number): Buffer {
    const at = row * records.recordBytes
    return records.bytes.subarray(at, at + this.keyBytes)
  }

  #covers({ start, bits }: Page, bytes: Buffer, at: number): boolean {
    const whole = bits >>> 3
    if (compareBytes(bytes, at, start, 0, whole) !== 0) return false
    const rest = bits & 7
    return rest === 0 || ((bytes[at + whole] as number) ^ (start[whole] as number)) >>> (8 - rest) === 0
  }

  /** Number of the first record, from `low` on, whose key is not less than the `length` bytes of `key` at `at`. */
  #rank(records: Buffer, key: Buffer, at: number, length: number, low: number): number {
    let high = records.length / this.recordBytes
    while (low < high) {
      const middle = (low + high) >>> 1
      if (compareBytes(records, middle * this.recordBytes, key, at, length) < 0) low = middle + 1
      else high = middle
    }
    return low
  }

  /** Byte offset of the first record whose key is `key` or greater; `key` may be shorter than a key. */
  #position(records: Buffer, key: Buffer): number {
    return this.#rank(records, key, 0, Math.min(key.length, this.keyBytes), 0) * this.recordBytes
  }

  #recordIn(records: Buffer, key: Buffer, at: number): Buffer | null {
    const position = this.#rank(records, key, at, this.keyBytes, 0) * this.recordBytes
    if (position === records.length || compareBytes(records, position, key, at, this.keyBytes) !== 0)
      return null
    return records.subarray(position, position + this.recordBytes)
  }

  #merged(records: Buffer, edits: RecordEdits, rows: Uint32Array): Buffer {
    const size = this.recordBytes
    const source = edits.records.bytes
    const merged = Buffer.allocUnsafe(records.length + rows.length * size)
    let rank = 0
    let length = 0
    for (const [i, row] of rows.entries()) {
      const at = row * size
      const next = rows[i + 1]
      if (next !== undefined && compareBytes(source, at, source, next * size, this.keyBytes) === 0) continue
      const target = this.#rank(records, source, at, this.keyBytes, rank)
      length += records.copy(merged, length, rank * size, target * size)
      const isThere =
        target * size < records.length &&
        compareBytes(records, target * size, source, at, this.keyBytes) === 0
      rank = isThere ? target + 1 : target
      if (!edits.isRemoval(row)) length += source.copy(merged, length, at, at + size)
    }
    length += records.copy(merged, length, rank * size)
    return merged.subarray(0, length)
  }

  async #store(batch: Batch, { start, bits, records }: Page): Promise<void> {
    if (records.length <= this.#most * this.recordBytes) {
      const value = Buffer.allocUnsafe(HEADER_BYTES + records.length)
      value.writeUInt16BE(bits, 0)
      value.set(records, HEADER_BYTES)
      await batch.put(this.#entryKey(start), value)
      return
    }
    const middle = withBit(start, bits)
    const at = this.#position(records, middle)
    await this.#store(batch, { start, bits: bits + 1, records: records.subarray(0, at) })
    await this.#store(batch, { start: middle, bits: bits + 1, records: records.subarray(at) })
  }

  async #storeShrunk(batch: Batch, page: Page): Promise<void> {
    let { start, bits, records } = page
    while (bits > 0) {
      const isUpper = hasBit(start, bits - 1)
      const siblingStart = isUpper ? withoutBit(start, bits - 1) : withBit(start, bits - 1)
      const entry = await batch.get(this.#entryKey(siblingStart))
      const sibling = entry === null ? null : pageOf(entry)
      // A sibling that is split further holds more than fits in a page, or it would not be split.
      if (sibling === null || sibling.bits !== bits) break
      if (records.length + sibling.records.length > this.#most * this.recordBytes) break
      await batch.del(this.#entryKey(isUpper ? start : siblingStart))
      records = Buffer.concat(isUpper ? [sibling.records, records] : [records, sibling.records])
      start = isUpper ? siblingStart : start
      bits--
    }
    if (bits === 0 && records.length === 0) await batch.del(this.#entryKey(start))
    else await this.#store(batch, { start, bits, records })
  }
}

function pageOf({ key, value }: Hyperbee.Entry<Buffer, Buffer>): Page {
  return { start: key.subarray(1), bits: value.readUInt16BE(0), records: value.subarray(HEADER_BYTES) }
}

function hasBit(key: Buffer, bit: number): boolean {
  return ((key[bit >>> 3] as number) & (0x80 >>> (bit & 7))) !== 0
}

function withBit(key: Buffer, bit: number): Buffer {
  const changed = Buffer.from(key)
  changed[bit >>> 3] = (key[bit >>> 3] as number) | (0x80 >>> (bit & 7))
  return changed
}

function withoutBit(key: Buffer, bit: number): Buffer {
  const changed = Buffer.from(key)
  changed[bit >>> 3] = (key[bit >>> 3] as number) & ~(0x80 >>> (bit & 7))
  return changed
}
