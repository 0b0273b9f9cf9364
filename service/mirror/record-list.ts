/** Records that a new list has room for. */
const FIRST_CAPACITY = 16

/**
 * Records of one size, one after the other in one buffer. A batch has hundreds of thousands of them: an object for each
 * would cost more than the bytes, and more time in garbage collection than in the index.
 */
export class RecordList {
  readonly recordBytes: number
  #bytes: Buffer
  #length = 0

  constructor(recordBytes: number) {
    this.recordBytes = recordBytes
    this.#bytes = Buffer.alloc(recordBytes * FIRST_CAPACITY)
  }

  get length(): number {
    return this.#length
  }

  /** All records. Valid until the next `add`. */
  get bytes(): Buffer {
    return this.#bytes
  }

  /** @returns the byte offset of a new record, all zero, in `bytes` */
  add(): number {
    const at = this.#length * this.recordBytes
    this.#length++
    if (this.#length * this.recordBytes > this.#bytes.length) {
      const larger = Buffer.alloc(this.#bytes.length * 2)
      larger.set(this.#bytes, 0)
      this.#bytes = larger
    }
    return at
  }

  push(record: Buffer): void {
    const at = this.add()
    this.#bytes.set(record, at)
  }

  /** A view: copy what is kept. */
  at(row: number): Buffer {
    return this.#bytes.subarray(row * this.recordBytes, (row + 1) * this.recordBytes)
  }

  /** Row numbers in the order of the first `keyBytes` of the records; rows with the same ones keep their order. */
  sortedRows(keyBytes: number): Uint32Array {
    const { recordBytes } = this
    const bytes = this.#bytes
    const rows = new Uint32Array(this.#length)
    for (let row = 0; row < rows.length; row++) rows[row] = row
    return rows.sort(
      (a, b) => compareBytes(bytes, a * recordBytes, bytes, b * recordBytes, keyBytes) || a - b
    )
  }
}

/**
 * As `Buffer.compare` on two ranges. Keys differ in their first bytes mostly, so that a loop is several times faster than the
 * call into native code.
 */
export function compareBytes(a: Uint8Array, aAt: number, b: Uint8Array, bAt: number, length: number): number {
  for (let i = 0; i < length; i++) {
    const difference = (a[aAt + i] as number) - (b[bAt + i] as number)
    if (difference !== 0) return difference
  }
  return 0
}

/** As `Buffer.copy`, which makes two objects a call. */
export function copyBytes(
  from: Uint8Array,
  fromAt: number,
  to: Uint8Array,
  toAt: number,
  length: number
): void {
  for (let i = 0; i < length; i++) to[toAt + i] = from[fromAt + i] as number
}
