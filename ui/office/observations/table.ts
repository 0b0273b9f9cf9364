import type { TableHeaderView } from '../../../service/web/document-schemas.ts'
import { Refused } from '../../model/request.ts'

// The rows of `GET …/observations/table`, as docs/table-format.md has them.
const ROW_BYTES = 24
const NO_POSITION = 0x7fffffff
const NONE = 0xfffe
const DEGREE_STEPS = 1e7

const HAS_PHOTO = 1
const HAS_AUDIO = 2

/** Rows that are turned into columns before the phone may do something else. */
const ROWS_AT_ONCE = 20_000

/** Every observation of a project, newest first, in columns: 100,000 of them are 2.6 MB, and no object each. */
export interface ObservationTable {
  readonly header: TableHeaderView
  readonly length: number
  /** Seconds since 1970. */
  readonly time: Uint32Array
  /** Web Mercator, 0 to 1 from the north-west corner; NaN without a position. */
  readonly x: Float64Array
  readonly y: Float64Array
  readonly block: Uint32Array
  readonly core: Uint16Array
  /** Number in `header.devices`; beyond its end where nobody is known. */
  readonly device: Uint16Array
  /** Number in `header.categories`; beyond its end where there is none. */
  readonly category: Uint16Array
  readonly marks: Uint8Array
}

/** @throws Refused */
export async function readTable(projectId: string): Promise<ObservationTable> {
  let response: Response
  let bytes: ArrayBuffer
  try {
    response = await fetch(`/api/projects/${projectId}/observations/table`)
    bytes = await response.arrayBuffer()
  } catch {
    throw new Refused('UNREACHABLE', 'The hub does not answer')
  }
  if (!response.ok) throw refusedOf(new TextDecoder().decode(bytes))
  return decodeTable(bytes)
}

export async function decodeTable(bytes: ArrayBuffer): Promise<ObservationTable> {
  const all = new Uint8Array(bytes)
  const end = all.indexOf(0x0a)
  const header = JSON.parse(new TextDecoder().decode(all.subarray(0, end))) as TableHeaderView
  const view = new DataView(bytes, end + 1)
  const length = Math.floor(view.byteLength / ROW_BYTES)
  const table = {
    header,
    length,
    time: new Uint32Array(length),
    x: new Float64Array(length),
    y: new Float64Array(length),
    block: new Uint32Array(length),
    core: new Uint16Array(length),
    device: new Uint16Array(length),
    category: new Uint16Array(length),
    marks: new Uint8Array(length)
  }
  for (let row = 0; row < length; row++) {
    const at = row * ROW_BYTES
    const lat = view.getInt32(at + 4, true)
    table.time[row] = view.getUint32(at, true)
    table.x[row] = lat === NO_POSITION ? NaN : mercatorX(view.getInt32(at + 8, true) / DEGREE_STEPS)
    table.y[row] = lat === NO_POSITION ? NaN : mercatorY(lat / DEGREE_STEPS)
    table.block[row] = view.getUint32(at + 12, true)
    table.core[row] = view.getUint16(at + 16, true)
    table.device[row] = view.getUint16(at + 18, true)
    table.category[row] = view.getUint16(at + 20, true)
    table.marks[row] = view.getUint8(at + 22)
    if (row % ROWS_AT_ONCE === ROWS_AT_ONCE - 1) await nextTask()
  }
  return table
}

export function mercatorX(lon: number): number {
  return (lon + 180) / 360
}

/** The poles lie at infinity: the map ends where it is square. */
const MAX_LATITUDE = 85.0511287798

export function mercatorY(lat: number): number {
  const radians = (Math.max(-MAX_LATITUDE, Math.min(MAX_LATITUDE, lat)) * Math.PI) / 180
  return 0.5 - Math.log(Math.tan(Math.PI / 4 + radians / 2)) / (2 * Math.PI)
}

export function versionOf(table: ObservationTable, row: number): string {
  return `${table.header.cores[table.core[row] as number]}/${table.block[row]}`
}

export function hasPhoto(table: ObservationTable, row: number): boolean {
  return ((table.marks[row] as number) & HAS_PHOTO) !== 0
}

export function hasAudio(table: ObservationTable, row: number): boolean {
  return ((table.marks[row] as number) & HAS_AUDIO) !== 0
}

/** @returns the docId of the category; null where there is none, or none that is here */
export function categoryOf(table: ObservationTable, row: number): string | null {
  const number = table.category[row] as number
  return number >= NONE ? null : (table.header.categories[number] ?? null)
}

export function deviceOf(table: ObservationTable, row: number): TableHeaderView['devices'][number] | null {
  return table.header.devices[table.device[row] as number] ?? null
}

function nextTask(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 0))
}

function refusedOf(text: string): Refused {
  try {
    const { code, detail } = JSON.parse(text) as { code: string; detail: string }
    return new Refused(code, detail)
  } catch {
    return new Refused('INTERNAL', text)
  }
}
