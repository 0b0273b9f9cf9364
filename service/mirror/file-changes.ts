import type Hyperbee from 'hyperbee'
import type { BlockRun } from './block-ranges.ts'
import { countFile, type PhotoCounts } from './counts.ts'
import type { AttachmentRef } from './document-fields.ts'
import type { FileLocation, FilePath } from './file-entry.ts'
import {
  attachmentIndex,
  decodeFile,
  driveTagOfFile,
  encodeFile,
  fileIndex,
  fileKey,
  fileOfMissing,
  isFileType,
  missingIndex,
  missingKey,
  NO_FILE,
  VARIANTS,
  type FileRecord,
  type Variant,
  type VariantRecord
} from './file-records.ts'
import type { RecordEdit } from './pages.ts'
import { TAG_BYTES, tagOf } from './version-ref.ts'

type Batch = Hyperbee.Batch<Buffer, Buffer>

/** Whether the hub has all these blocks of the blob core that belongs to a blobIndex core. */
export type HoldsBlocks = (driveTag: Buffer, run: BlockRun) => Promise<boolean>

interface Told {
  readonly seq: number
  /** Null: the owner removed the file. */
  readonly location: FileLocation | null
}

interface Change {
  readonly key: Buffer
  references: number
  readonly told: Map<Variant, Told>
}

/** What one batch says about files: gathered first, then written in one pass over the pages. */
export class FileChanges {
  readonly #changes = new Map<string, Change>()
  readonly #attachments: RecordEdit[] = []

  /** An observation has (1) or no longer has (-1) a file. */
  refer(attachment: AttachmentRef, ref: Buffer, by: 1 | -1): void {
    const { driveId, type, name } = attachment
    if (!isFileType(type)) return
    const file = fileKey(tagOf(driveId), type, name)
    this.#change(file).references += by
    const key = Buffer.concat([file, ref])
    this.#attachments.push({ key, record: by === 1 ? key : null })
  }

  /** The owner's file index says where a file is, or that it is gone. */
  tell(driveTag: Buffer, path: FilePath, told: Told): void {
    const change = this.#change(fileKey(driveTag, path.type, path.name))
    if (told.seq >= (change.told.get(path.variant)?.seq ?? 0)) change.told.set(path.variant, told)
  }

  /** Blocks of the owner's blob core have arrived: files that were waiting for them are looked at again. */
  async arrived(batch: Batch, driveTag: Buffer, { start, end }: BlockRun): Promise<void> {
    const before = await missingIndex.floor(batch, offsetKey(driveTag, start), driveTag)
    const gte = before === null ? offsetKey(driveTag, start) : Buffer.from(before)
    for await (const record of missingIndex.read(batch, { gte, lt: offsetKey(driveTag, end) })) {
      this.#change(Buffer.from(fileOfMissing(record)))
    }
  }

  get isEmpty(): boolean {
    return this.#changes.size === 0
  }

  async write(batch: Batch, counts: PhotoCounts, holds: HoldsBlocks): Promise<void> {
    const changes = [...this.#changes.values()]
    const known = await fileIndex.getMany(
      batch,
      changes.map(({ key }) => key)
    )
    const files: RecordEdit[] = []
    const missing: RecordEdit[] = []
    for (const [i, change] of changes.entries()) {
      const record = known[i] ?? null
      const before = record === null ? NO_FILE : decodeFile(record)
      const after = await changed(before, change, holds)
      countFile(counts, change.key, before, -1)
      countFile(counts, change.key, after, 1)
      files.push({ key: change.key, record: isNothing(after) ? null : encodeFile(change.key, after) })
      for (const variant of VARIANTS) {
        const [from, to] = [waitingKey(change.key, before, variant), waitingKey(change.key, after, variant)]
        if (from !== null && (to === null || !from.equals(to))) missing.push({ key: from, record: null })
        if (to !== null) missing.push({ key: to, record: to })
      }
    }
    await fileIndex.update(batch, files)
    await missingIndex.update(batch, missing)
    await attachmentIndex.update(batch, this.#attachments)
  }

  #change(key: Buffer): Change {
    const id = key.toString('latin1')
    let change = this.#changes.get(id)
    if (change === undefined) {
      change = { key, references: 0, told: new Map() }
      this.#changes.set(id, change)
    }
    return change
  }
}

async function changed(before: FileRecord, change: Change, holds: HoldsBlocks): Promise<FileRecord> {
  const variants = { ...before.variants }
  for (const variant of VARIANTS) {
    const told = change.told.get(variant)
    let record = variants[variant]
    if (told !== undefined && told.seq >= record.seq) record = toldRecord(told)
    if (record.state === 'missing') {
      const run = { start: record.blockOffset, end: record.blockOffset + record.blockLength }
      if (await holds(driveTagOfFile(change.key), run)) record = { ...record, state: 'held' }
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
