import { RecordList } from './record-list.ts'

/** Records that come into an index, and such that go. Of several edits of one key the last one counts. */
export class RecordEdits {
  readonly records: RecordList
  readonly #removed = new Set<number>()

  constructor(recordBytes: number) {
    this.records = new RecordList(recordBytes)
  }

  /** @returns the byte offset in `records.bytes` where the new record is to be written */
  add(): number {
    return this.records.add()
  }

  /** @returns the byte offset in `records.bytes` where the key of the record that goes is to be written */
  addRemoval(): number {
    this.#removed.add(this.records.length)
    return this.records.add()
  }

  put(record: Buffer): void {
    this.records.push(record)
  }

  /** @param key or a whole record that starts with it */
  remove(key: Buffer): void {
    const at = this.addRemoval()
    this.records.bytes.set(key, at)
  }

  isRemoval(row: number): boolean {
    return this.#removed.has(row)
  }
}
