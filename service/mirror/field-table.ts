import type { DeviceId, DiscoveryKey } from '../ids.ts'
import { hitRuns, type FieldFilter } from './field-hits.ts'
import type { FieldKind } from './kinds.ts'
import { positionOfCell } from './place.ts'
import {
  categoryBytes,
  documentIndex,
  DOCUMENT_KEY_BYTES,
  kindBytes,
  NO_CATEGORY,
  timeOfOrder
} from './records.ts'
import type { Hit } from './records.ts'
import type { Snapshot } from './snapshot.ts'
import { indexOfRef, tagOf, tagOfRef } from './version-ref.ts'

/** What the numbers in the rows of a table stand for. */
export interface TableHeader {
  /** Discovery keys: with the number of a block they name a version. */
  readonly cores: readonly DiscoveryKey[]
  readonly devices: readonly DeviceId[]
  /** docIds of the presets, the deleted among them. */
  readonly categories: readonly string[]
}

/** Bytes of one row: see `encodeRow`. */
export const ROW_BYTES = 24
/** Latitude of what has no position. */
export const NO_POSITION = 0x7fffffff
/** Number of the device or category of a document that names none, or one that is not in the header. */
export const NONE = 0xffff
export const NOT_IN_HEADER = 0xfffe

const DEGREE_STEPS = 1e7

/** Every document that a filter lets through, newest first, in a form that a phone can draw and scroll without asking again. */
export interface FieldTable {
  readonly header: TableHeader
  /** Some rows at a time. */
  readonly rows: AsyncGenerator<Buffer>
}

export async function fieldTable(
  snapshot: Snapshot,
  kind: FieldKind,
  filter: FieldFilter
): Promise<FieldTable> {
  const cores = await snapshot.cores()
  const devices = [...new Set(cores.map(({ owner }) => owner))]
  const categories = await presetIds(snapshot)
  const header: TableHeader = { cores: cores.map(({ discoveryKey }) => discoveryKey), devices, categories }
  const numbers: Numbers = {
    core: new Map(cores.map(({ discoveryKey }, n) => [tagOf(discoveryKey).toString('latin1'), n])),
    device: new Map(
      cores.map(({ discoveryKey, owner }) => [tagOf(discoveryKey).toString('latin1'), devices.indexOf(owner)])
    ),
    category: new Map(categories.map((docId, n) => [categoryBytes(docId).readUInt32BE(), n]))
  }
  return { header, rows: encodedRows(hitRuns(snapshot, kind, filter), numbers) }
}

/** By the first bytes that records hold of each. */
interface Numbers {
  readonly core: ReadonlyMap<string, number>
  readonly device: ReadonlyMap<string, number>
  readonly category: ReadonlyMap<number, number>
}

async function* encodedRows(runs: AsyncIterable<Iterable<Hit>>, numbers: Numbers): AsyncGenerator<Buffer> {
  for await (const run of runs) {
    const rows = [...run].map((hit) => encodeRow(hit, numbers)).filter((row) => row !== null)
    if (rows.length > 0) yield Buffer.concat(rows)
  }
}

/**
 * Little-endian: seconds since 1970 of creation (uint32), latitude and longitude in 1e-7 degrees (int32), block (uint32),
 * core, device, category (uint16), what it has (bits: 1 photo, 2 audio; uint8), a byte of nothing.
 */
function encodeRow(hit: Hit, numbers: Numbers): Buffer | null {
  const core = numbers.core.get(tagOfRef(hit.ref).toString('latin1'))
  if (core === undefined) return null
  const row = Buffer.alloc(ROW_BYTES)
  const position = positionOfCell(hit.cell)
  row.writeUInt32LE(Math.min(Math.floor(timeOfOrder(hit.order) / 1000), 0xffffffff), 0)
  row.writeInt32LE(position === null ? NO_POSITION : Math.round(position.lat * DEGREE_STEPS), 4)
  row.writeInt32LE(position === null ? 0 : Math.round(position.lon * DEGREE_STEPS), 8)
  row.writeUInt32LE(indexOfRef(hit.ref), 12)
  row.writeUInt16LE(core, 16)
  row.writeUInt16LE(numbers.device.get(hit.origin.toString('latin1')) ?? NONE, 18)
  const hasCategory = !hit.category.equals(NO_CATEGORY)
  const category = hasCategory ? numbers.category.get(hit.category.readUInt32BE()) : NONE
  row.writeUInt16LE(category ?? NOT_IN_HEADER, 20)
  row[22] = hit.marks
  return row
}

async function presetIds(snapshot: Snapshot): Promise<string[]> {
  const ids: string[] = []
  const [kind] = kindBytes('preset')
  const range = { gte: kindBytes('preset'), lt: Buffer.from([(kind as number) + 1]) }
  for await (const record of documentIndex.read(snapshot.bee, range)) {
    const length = record[DOCUMENT_KEY_BYTES - 1] as number
    ids.push(record.toString('hex', 1, 1 + length))
  }
  return ids
}
