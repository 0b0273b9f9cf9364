import { hitRuns, type FieldFilter } from './field-hits.ts'
import {
  attachmentIndex,
  decodeFile,
  fileIndex,
  FILE_KEY_BYTES,
  refOfAttachment,
  VARIANTS
} from './file-records.ts'
import { compareBytes, RecordList } from './record-list.ts'
import type { Snapshot } from './snapshot.ts'

/** The files of all observations that a filter lets through, each counted once. */
export interface MediaTotals {
  readonly files: number
  /** Those whose original is here. */
  readonly originals: number
  /** Those of which only a preview or a thumbnail is here. */
  readonly smallerOnly: number
  /** Those of which nothing is here. */
  readonly missing: number
  /** Of the best variants that are here. Counted in whole blocks: the true number is somewhat lower. */
  readonly bytes: number
}

/** CoMapeo peer protocol: files lie in blocks of 64 KiB. */
const BLOB_BLOCK_BYTES = 64 * 1024

export async function countMedia(snapshot: Snapshot, filter: FieldFilter): Promise<MediaTotals> {
  const keys = await filesOf(snapshot, await observationsWithFiles(snapshot, filter))
  const rows = Uint32Array.from({ length: keys.length }, (_, row) => row)
  const records = await fileIndex.getMany(snapshot.bee, keys, rows)
  let [originals, smallerOnly, bytes] = [0, 0, 0]
  for (const record of records) {
    if (record === null) continue
    const { variants } = decodeFile(record)
    const best = VARIANTS.find((variant) => variants[variant].state === 'held')
    if (best === undefined) continue
    if (best === 'original') originals++
    else smallerOnly++
    bytes += variants[best].blockLength * BLOB_BLOCK_BYTES
  }
  const files = keys.length
  return { files, originals, smallerOnly, missing: files - originals - smallerOnly, bytes }
}

async function observationsWithFiles(snapshot: Snapshot, filter: FieldFilter): Promise<Set<string>> {
  const refs = new Set<string>()
  for await (const run of hitRuns(snapshot, 'observation', filter)) {
    for (const { ref, marks } of run) if (marks !== 0) refs.add(ref.toString('latin1'))
  }
  return refs
}

/** @returns the keys of the files, sorted: the index goes by file */
async function filesOf(snapshot: Snapshot, refs: ReadonlySet<string>): Promise<RecordList> {
  const keys = new RecordList(FILE_KEY_BYTES)
  const everything = { gte: Buffer.alloc(0), lt: Buffer.alloc(attachmentIndex.keyBytes, 0xff) }
  for await (const run of attachmentIndex.readRuns(snapshot.bee, everything)) {
    for (const record of run) {
      if (!refs.has(refOfAttachment(record).toString('latin1'))) continue
      const last = (keys.length - 1) * FILE_KEY_BYTES
      const isSame = keys.length > 0 && compareBytes(keys.bytes, last, record, 0, FILE_KEY_BYTES) === 0
      if (!isSame) keys.push(record.subarray(0, FILE_KEY_BYTES))
    }
  }
  return keys
}
