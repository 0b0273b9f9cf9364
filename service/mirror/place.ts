/** Degrees. `west` may be greater than `east`: the box then crosses the antimeridian. */
export interface BoundingBox {
  readonly west: number
  readonly south: number
  readonly east: number
  readonly north: number
}

export interface Position {
  readonly lat: number
  readonly lon: number
}

/**
 * A cell is a position as 8 bytes: the bits of longitude and latitude in turn, highest first (z-order), so that cells which
 * are near each other on the ground mostly share their first bytes. One cell is under a centimetre wide.
 */
export const CELL_BYTES = 8

/** Stands for "no position" where a record has room for a cell. No position has it: the steps below stop one short. */
export const NO_CELL: Buffer = Buffer.alloc(CELL_BYTES, 0xff)

/** Steps per axis. The last one of 32 bits is left out, so that no position becomes `NO_CELL`. */
const LAST_STEP = 2 ** 32 - 2

/** A range of cells, both ends inclusive. */
export interface CellRange {
  readonly first: Buffer
  readonly last: Buffer
}

/**
 * Most ranges that one box becomes. Each costs one seek; fewer would read more cells beside the box.
 */
const MAX_RANGES = 32

/** @returns null for what is no place on earth: NaN, infinite or out of range */
export function cellOf({ lat, lon }: Position): Buffer | null {
  if (!(Math.abs(lat) <= 90 && Math.abs(lon) <= 180)) return null
  return interleave(step(lon, 180), step(lat, 90))
}

/** @returns whether the position of a cell lies in the box, its edges included, to the width of a cell */
export function cellFilter(box: BoundingBox): (cell: Buffer) => boolean {
  const boxes = stepBoxes(box)
  return (cell) => {
    if (cell.equals(NO_CELL)) return false
    const { x, y } = stepsOf(cell.readUInt32BE(0), cell.readUInt32BE(4))
    return boxes.some(({ west, south, east, north }) => x >= west && x <= east && y >= south && y <= north)
  }
}

/** @returns the place of a cell, to its width; null for `NO_CELL` */
export function positionOfCell(cell: Buffer): Position | null {
  const high = cell.readUInt32BE(0)
  const low = cell.readUInt32BE(4)
  if (high === 0xffffffff && low === 0xffffffff) return null
  const { x, y } = stepsOf(high, low)
  return { lat: (y / LAST_STEP) * 180 - 90, lon: (x / LAST_STEP) * 360 - 180 }
}

/** Few ranges that together hold every cell of the box, and some beside it: filter what they give with `cellFilter`. */
export function cellRanges(box: BoundingBox): CellRange[] {
  const boxes = stepBoxes(box)
  return joined(boxes.flatMap((part) => coverWithQuads(part, Math.floor(MAX_RANGES / boxes.length))))
}

interface StepBox {
  readonly west: number
  readonly south: number
  readonly east: number
  readonly north: number
}

/** A square of the z-order: `size` steps wide, a power of two. */
interface Quad {
  readonly x: number
  readonly y: number
  readonly size: number
}

function step(degrees: number, max: number): number {
  return Math.round(((degrees + max) / (2 * max)) * LAST_STEP)
}

function stepBoxes({ west, south, east, north }: BoundingBox): StepBox[] {
  const vertical = { south: step(clamp(south, 90), 90), north: step(clamp(north, 90), 90) }
  if (vertical.south > vertical.north) return []
  const [left, right] = [step(clamp(west, 180), 180), step(clamp(east, 180), 180)]
  if (west > east) {
    return [
      { ...vertical, west: left, east: LAST_STEP },
      { ...vertical, west: 0, east: right }
    ]
  }
  const boxes = [{ ...vertical, west: left, east: right }]
  // 180 degrees east and west are the same line.
  if (left === 0 && right < LAST_STEP) boxes.push({ ...vertical, west: LAST_STEP, east: LAST_STEP })
  if (left > 0 && right === LAST_STEP) boxes.push({ ...vertical, west: 0, east: 0 })
  return boxes
}

function clamp(degrees: number, max: number): number {
  return Math.max(-max, Math.min(max, degrees))
}

/**
 * Splits the world into quads around the box, largest first, until the next split would make too many.
 */
function coverWithQuads(box: StepBox, most: number): CellRange[] {
  const done: Quad[] = []
  let open: Quad[] = [{ x: 0, y: 0, size: 2 ** 32 }]
  while (open.length > 0) {
    const next: Quad[] = []
    for (const quad of open) {
      if (isInside(quad, box) || quad.size === 1) done.push(quad)
      else next.push(...quarters(quad).filter((quarter) => overlaps(quarter, box)))
    }
    if (done.length + next.length > most) {
      done.push(...open.filter((quad) => !done.includes(quad)))
      break
    }
    open = next
  }
  return done.map(rangeOf)
}

function quarters({ x, y, size }: Quad): Quad[] {
  const half = size / 2
  return [0, 1, 2, 3].map((n) => ({ x: x + (n >> 1) * half, y: y + (n & 1) * half, size: half }))
}

function overlaps({ x, y, size }: Quad, box: StepBox): boolean {
  return x <= box.east && x + size > box.west && y <= box.north && y + size > box.south
}

function isInside({ x, y, size }: Quad, box: StepBox): boolean {
  return x >= box.west && x + size - 1 <= box.east && y >= box.south && y + size - 1 <= box.north
}

function rangeOf({ x, y, size }: Quad): CellRange {
  return { first: interleave(x, y), last: interleave(x + size - 1, y + size - 1) }
}

/** Ranges that overlap or touch become one: one seek instead of two, and nothing is read twice. */
function joined(ranges: readonly CellRange[]): CellRange[] {
  const result: CellRange[] = []
  for (const range of [...ranges].sort((a, b) => a.first.compare(b.first))) {
    const previous = result.at(-1)
    if (previous === undefined || range.first.readBigUInt64BE() > previous.last.readBigUInt64BE() + 1n) {
      result.push(range)
    } else if (range.last.compare(previous.last) > 0) {
      result[result.length - 1] = { first: previous.first, last: range.last }
    }
  }
  return result
}

function stepsOf(high: number, low: number): { x: number; y: number } {
  return {
    x: compact(high >>> 1) * 0x10000 + compact(low >>> 1),
    y: compact(high) * 0x10000 + compact(low)
  }
}

function interleave(x: number, y: number): Buffer {
  const cell = Buffer.allocUnsafe(CELL_BYTES)
  cell.writeUInt32BE(((spread(x >>> 16) << 1) | spread(y >>> 16)) >>> 0, 0)
  cell.writeUInt32BE(((spread(x & 0xffff) << 1) | spread(y & 0xffff)) >>> 0, 4)
  return cell
}

/** 16 bits to the even places of 32. */
function spread(bits: number): number {
  bits = (bits | (bits << 8)) & 0x00ff00ff
  bits = (bits | (bits << 4)) & 0x0f0f0f0f
  bits = (bits | (bits << 2)) & 0x33333333
  return (bits | (bits << 1)) & 0x55555555
}

/** The even places of 32 bits as 16 bits. */
function compact(bits: number): number {
  bits &= 0x55555555
  bits = (bits | (bits >>> 1)) & 0x33333333
  bits = (bits | (bits >>> 2)) & 0x0f0f0f0f
  bits = (bits | (bits >>> 4)) & 0x00ff00ff
  return (bits | (bits >>> 8)) & 0xffff
}
