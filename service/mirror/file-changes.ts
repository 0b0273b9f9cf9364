import type Hyperbee from 'hyperbee'
import type { BlockRun } from './block-ranges.ts'
import { countFile, type PhotoCounts } from './counts.ts'
import type { FileLocation, FilePath } from './file-entry.ts'
import {
  attachmentIndex,
  decodeFile,
  driveTagOfFile,
  encodeFile,
  fileIndex,
  FILE_KEY_BYTES,
  fileKey,
  fileOfMissing,
  missingIndex,
  missingKey,
  NO_FILE,
  VARIANTS,
  type FileRecord,
  type Variant,
  type VariantRecord
} from './file-records.ts'
import { RecordList } from './record-list.ts'
import { TAG_BYTES } from './version-ref.ts'

type Batch = Hyperbee.Batch<Buffer, Buffer>

/** Whether the hub has all these blocks of the blob core that belongs to a blobIndex core. */
export type HoldsBlocks = (driveTag: Buffer, run: BlockRun) => Promise<boolean>

interface Told {
  readonly seq: number
  /** Null: the owner removed the file. */
  readonly location: FileLocation | null
}

interface Change {
  references: number
  /** Null while the owner has told nothing. */
  told: Map<Variant, Told> | null
}

/** What one batch says about files: gathered first, then written in one pass over the pages. */
export class FileChanges {
  /** File keys; the change of each is at its row in `#changes`. */
  readonly #keys = new RecordList(FILE_KEY_BYTES)
  readonly #changes: Change[] = []
  readonly #rows = new Map<string, number>()
  readonly #attachments = attachmentIndex.edits()

  /** An observation has (1) or no longer has (-1) a file. @param ref of the version of the observation */
  refer(file: Buffer, ref: Buffer, by: 1 | -1): void {
    this.#change(file).references += by
    const at = by === 1 ? this.#attachments.add() : this.#attachments.addRemoval()
    this.#attachments.records.bytes.set(file, at)
    this.#attachments.records.bytes.set(ref, at + FILE_KEY_BYTES)
  }

  /** The owner's file index says where a file is, or that it is gone. */
  tell(driveTag: Buffer, path: FilePath, told: Told): void {
    const change = this.#change(fileKey(driveTag, path.type, path.name))
    change.told ??= new Map()
    if (told.seq >= (change.told.get(path.variant)?.seq ?? 0)) change.told.set(path.variant, told)
  }

  /** Blocks of the owner's blob core have arrived: files that were waiting for them are looked at again. */
  async arrived(batch: Batch, driveTag: Buffer, { start, end }: BlockRun): Promise<void> {
    // The file that has the first of these blocks may start before it.
    let gte = offsetKey(driveTag, start)
    const upTo = { gte: driveTag, lt: offsetKey(driveTag, start + 1) }
    for await (const record of missingIndex.read(batch, { ...upTo, reverse: true })) {
      gte = Buffer.from(record)
      break
    }
    for await (const record of missingIndex.read(batch, { gte, lt: offsetKey(driveTag, end) })) {
      this.#change(fileOfMissing(record))
    }
  }

  get isEmpty(): boolean {
    return this.#changes.length === 0
  }

  async write(batch: Batch, counts: PhotoCounts, holds: HoldsBlocks): Promise<void> {
    const rows = this.#keys.sortedRows(FILE_KEY_BYTES)
    const known = await fileIndex.getMany(batch, this.#keys, rows)
    const files = fileIndex.edits()
    const missing = missingIndex.edits()
    for (const [i, row] of rows.entries()) {
      const key = this.#keys.at(row)
      const record = known[i] ?? null
      const before = record === null ? NO_FILE : decodeFile(record)
      const after = await changed(key, before, this.#changes[row] as Change, holds)
      countFile(counts, key, before, -1)
      countFile(counts, key, after, 1)
      if (isNothing(after)) files.remove(key)
      else files.put(encodeFile(key, after))
      for (const variant of VARIANTS) {
        const [from, to] = [waitingKey(key, before, variant), waitingKey(key, after, variant)]
        if (from !== null && (to === null || !from.equals(to))) missing.remove(from)
        if (to !== null) missing.put(to)
      }
    }
    await fileIndex.update(batch, files)
    await missingIndex.update(batch, missing)
    await attachmentIndex.update(batch, this.#attachments)
  }

  #change(key: Buffer): Change {
    const id = key.toString('latin1')
    const row = this.#rows.get(id)
    if (row !== undefined) return this.#changes[row] as Change
    const change: Change = { references: 0, told: null }
    this.#rows.set(id, this.#keys.length)
    this.#keys.push(key)
    this.#changes.push(change)
    return change
  }
}

async function changed(
  key: Buffer,
  before: FileRecord,
  change: Change,
  holds: HoldsBlocks
): Promise<FileRecord> {
  const variants = { ...before.variants }
  for (const variant of VARIANTS) {
    const told = change.told?.get(variant)
    let record = variants[variant]
    if (told !== undefined && told.seq >= record.seq) record = toldRecord(told)
    if (record.state === 'missing') {
      const run = { start: record.blockOffset, end: record.blockOffset + record.blockLength }
      if (await holds(driveTagOfFile(key), run)) record = { ...record, state: 'held' }
    }
    variants[variant] = record
  }
  return { references: before.references + change.references, variants }
}

function toldRecord({ seq, location }: Told): VariantRecord {
  if (location === null) return { state: 'removed', seq, blockOffset: 0, blockLength: 0 }
  const { blockOffset, blockLength } = location
  return { state: 'missing', seq, blockOffset, blockLength }
}

function isNothing({ references, variants }: FileRecord): boolean {
  return references === 0 && VARIANTS.every((variant) => variants[variant].state === 'unknown')
}

function waitingKey(key: Buffer, file: FileRecord, variant: Variant): Buffer | null {
  const { state, blockOffset } = file.variants[variant]
  return state === 'missing' ? missingKey(key, variant, blockOffset) : null
}

function offsetKey(driveTag: Buffer, block: number): Buffer {
  const key = Buffer.alloc(TAG_BYTES + 4)
  key.set(driveTag, 0)
  key.writeUInt32BE(block, TAG_BYTES)
  return key
}
