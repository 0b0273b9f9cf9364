import type Hyperbee from 'hyperbee'

/**
 * Bytes of records in one page. A hyperbee entry costs 50 to 90 µs and some 100 bytes whatever it holds, and an observation
 * has four records of 27 to 46 bytes: with an entry each, 4,000 observations a second are the end. Larger pages make a
 * single new document rewrite more.
 */
const PAGE_BYTES = 4096

/** How many leading bits the keys of a page share: uint16 at the start of each page. */
const HEADER_BYTES = 2

export interface RecordEdit {
  readonly key: Buffer
  /** Null: the record goes, if it is there. */
  readonly record: Buffer | null
}

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
  readonly #tag: number
  readonly #recordBytes: number
  readonly #most: number

  constructor(layout: { tag: number; keyBytes: number; recordBytes: number }) {
    this.#tag = layout.tag
    this.keyBytes = layout.keyBytes
    this.#recordBytes = layout.recordBytes
    this.#most = Math.floor(PAGE_BYTES / layout.recordBytes)
  }

  /** @param edits in any order, one per key */
  async update(batch: Batch, edits: RecordEdit[]): Promise<void> {
    edits.sort((a, b) => a.key.compare(b.key))
    for (let i = 0; i < edits.length;) {
      const page = await this.#find(batch, (edits[i] as RecordEdit).key)
      const first = i
      while (i < edits.length && this.#covers(page, (edits[i] as RecordEdit).key)) i++
      const records = this.#merged(page.records, edits.slice(first, i))
      if (records.equals(page.records)) continue
      if (records.length < page.records.length) await this.#storeShrunk(batch, { ...page, records })
      else await this.#store(batch, { ...page, records })
    }
  }

  /** @returns for each key its record or null. The records are views of the pages: copy what is changed. */
  async getMany(from: Bee | Batch, keys: readonly Buffer[]): Promise<(Buffer | null)[]> {
    const order = keys.map((_, i) => i).sort((a, b) => (keys[a] as Buffer).compare(keys[b] as Buffer))
    const found = new Array<Buffer | null>(keys.length).fill(null)
    let page: Page | null = null
    for (const i of order) {
      const key = keys[i] as Buffer
      if (page === null || !this.#covers(page, key)) page = await this.#find(from, key)
      found[i] = this.#recordIn(page.records, key)
    }
    return found
  }

  /** The last record whose key is `key` or less, and not less than `gte`. */
  async floor(from: Bee | Batch, key: Buffer, gte: Buffer): Promise<Buffer | null> {
    for await (const record of this.read(from, { gte, lt: after(this.#padded(key)), reverse: true })) {
      return record
    }
    return null
  }

  /** Records are views of the pages: copy what is kept. Stopping early is fine. */
  async *read(from: Bee | Batch, { gte, lt, reverse = false }: RecordRange): AsyncGenerator<Buffer> {
    const first = await this.#find(from, this.#padded(gte))
    const range = { gte: this.#entryKey(first.start), lt: this.#entryKey(lt) }
    for await (const { value } of from.createReadStream(range, { reverse })) {
      const records = value.subarray(HEADER_BYTES)
      const low = this.#position(records, gte)
      const high = this.#position(records, lt)
      const size = this.#recordBytes
      if (reverse) for (let at = high - size; at >= low; at -= size) yield records.subarray(at, at + size)
      else for (let at = low; at < high; at += size) yield records.subarray(at, at + size)
    }
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

  #covers({ start, bits }: Page, key: Buffer): boolean {
    const bytes = bits >>> 3
    if (key.compare(start, 0, bytes, 0, bytes) !== 0) return false
    const rest = bits & 7
    return rest === 0 || ((key[bytes] as number) ^ (start[bytes] as number)) >>> (8 - rest) === 0
  }

  /** Byte offset of the first record whose key is `key` or greater. */
  #position(records: Buffer, key: Buffer): number {
    let low = 0
    let high = records.length / this.#recordBytes
    while (low < high) {
      const middle = (low + high) >>> 1
      const at = middle * this.#recordBytes
      if (records.compare(key, 0, key.length, at, at + this.keyBytes) < 0) low = middle + 1
      else high = middle
    }
    return low * this.#recordBytes
  }

  #recordIn(records: Buffer, key: Buffer): Buffer | null {
    const at = this.#position(records, key)
    if (at === records.length || records.compare(key, 0, key.length, at, at + key.length) !== 0) return null
    return records.subarray(at, at + this.#recordBytes)
  }

  #merged(records: Buffer, edits: readonly RecordEdit[]): Buffer {
    const parts: Buffer[] = []
    let copied = 0
    for (const { key, record } of edits) {
      const at = this.#position(records, key)
      if (at > copied) parts.push(records.subarray(copied, at))
      copied = at
      if (at < records.length && records.compare(key, 0, key.length, at, at + key.length) === 0) {
        copied += this.#recordBytes
      }
      if (record !== null) parts.push(record)
    }
    parts.push(records.subarray(copied))
    return Buffer.concat(parts)
  }

  async #store(batch: Batch, { start, bits, records }: Page): Promise<void> {
    if (records.length <= this.#most * this.#recordBytes) {
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
      if (records.length + sibling.records.length > this.#most * this.#recordBytes) break
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

/** The smallest byte string greater than `key`. */
function after(key: Buffer): Buffer {
  return Buffer.concat([key, Buffer.from([0])])
}
