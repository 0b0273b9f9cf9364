import { categoryOf, deviceOf, hasAudio, hasPhoto, type ObservationTable } from './table.ts'

/** What of a project is looked at. Every part that is null lets everything through. */
export interface ObservationFilter {
  /** Days, `2026-05-01`, by this phone's calendar; both inclusive. */
  readonly from: string | null
  readonly to: string | null
  /** docId, or `none`. */
  readonly category: string | null
  readonly device: string | null
  readonly media: 'photo' | 'audio' | null
  /** West, south, east, north. */
  readonly bbox: readonly [number, number, number, number] | null
}

export const NO_FILTER: ObservationFilter = {
  from: null,
  to: null,
  category: null,
  device: null,
  media: null,
  bbox: null
}

const DAY = /^[0-9]{4}-[0-9]{2}-[0-9]{2}$/

/** The filter lies in the address: a link to it, and the way back from one observation, keep it. */
export function filterOf(query: URLSearchParams): ObservationFilter {
  const day = (name: string) => (DAY.test(query.get(name) ?? '') ? query.get(name) : null)
  const media = query.get('media')
  const box = (query.get('bbox') ?? '').split(',').map(Number)
  const [west, south, east, north] = box
  return {
    from: day('from'),
    to: day('to'),
    category: query.get('category'),
    device: query.get('device'),
    media: media === 'photo' || media === 'audio' ? media : null,
    bbox:
      box.length === 4 && box.every(Number.isFinite)
        ? [west as number, south as number, east as number, north as number]
        : null
  }
}

/** As the parts of an address, those that are set. */
export function queryOf(filter: ObservationFilter): Record<string, string> {
  const query: Record<string, string> = {}
  for (const [name, value] of Object.entries(filter)) {
    if (value !== null) query[name] = Array.isArray(value) ? value.join(',') : String(value)
  }
  return query
}

/** As the API takes it: days are instants, from this phone's midnight to its last moment. */
export function apiQueryOf(filter: ObservationFilter): Record<string, string> {
  const { from, to, ...rest } = filter
  return {
    ...queryOf({ ...rest, from: null, to: null }),
    ...(from === null ? {} : { from: startOf(from).toISOString() }),
    ...(to === null ? {} : { to: new Date(endOf(to).getTime() - 1).toISOString() })
  }
}

export function isFiltered(filter: ObservationFilter): boolean {
  return Object.keys(queryOf(filter)).length > 0
}

/** @returns the rows that the filter lets through, in the order of the table */
export function filtered(table: ObservationTable, filter: ObservationFilter): Uint32Array {
  const rows = new Uint32Array(table.length)
  let count = 0
  const matches = matcher(table, filter)
  for (let row = 0; row < table.length; row++) if (matches(row)) rows[count++] = row
  return rows.subarray(0, count)
}

function matcher(table: ObservationTable, filter: ObservationFilter): (row: number) => boolean {
  const from = filter.from === null ? 0 : startOf(filter.from).getTime() / 1000
  const to = filter.to === null ? Infinity : endOf(filter.to).getTime() / 1000
  const { category, device, media, bbox } = filter
  const wantedCategory = category === 'none' ? null : category
  const box = bbox === null ? null : mercatorBox(bbox)
  return (row) => {
    const time = table.time[row] as number
    if (time < from || time >= to) return false
    if (category !== null && categoryOf(table, row) !== wantedCategory) return false
    if (device !== null && deviceOf(table, row)?.id !== device) return false
    if (media !== null && !(media === 'photo' ? hasPhoto(table, row) : hasAudio(table, row))) return false
    return box === null || isInside(table.x[row] as number, table.y[row] as number, box)
  }
}

interface Box {
  readonly west: number
  readonly east: number
  readonly north: number
  readonly south: number
}

function mercatorBox([west, south, east, north]: readonly [number, number, number, number]): Box {
  const y = (lat: number) => 0.5 - Math.asinh(Math.tan((lat * Math.PI) / 180)) / (2 * Math.PI)
  return { west: (west + 180) / 360, east: (east + 180) / 360, north: y(north), south: y(south) }
}

/** Without a position x is NaN, and no comparison holds. */
function isInside(x: number, y: number, { west, east, north, south }: Box): boolean {
  if (!(y >= north && y <= south)) return false
  return west <= east ? x >= west && x <= east : x >= west || x <= east
}

function startOf(day: string): Date {
  const [year = 0, month = 1, date = 1] = day.split('-').map(Number)
  return new Date(year, month - 1, date)
}

function endOf(day: string): Date {
  const [year = 0, month = 1, date = 1] = day.split('-').map(Number)
  return new Date(year, month - 1, date + 1)
}

export interface Choice {
  /** Null: those without one. */
  readonly key: string | null
  readonly count: number
}

/** How many rows each choice of one part of the filter would leave, the most frequent first. */
export function choicesOf(
  table: ObservationTable,
  filter: ObservationFilter,
  part: 'category' | 'device'
): Choice[] {
  const counts = new Map<string | null, number>()
  const matches = matcher(table, { ...filter, [part]: null })
  for (let row = 0; row < table.length; row++) {
    if (!matches(row)) continue
    const key = part === 'category' ? categoryOf(table, row) : (deviceOf(table, row)?.id ?? null)
    counts.set(key, (counts.get(key) ?? 0) + 1)
  }
  return [...counts].map(([key, count]) => ({ key, count })).sort((a, b) => b.count - a.count)
}
