import assert from 'node:assert/strict'
import fc from 'fast-check'
import t from 'tap'
import { cellFilter, cellOf, cellRanges, NO_CELL, type BoundingBox } from '../../../service/mirror/place.ts'

const inRanges = (box: BoundingBox, cell: Buffer) =>
  cellRanges(box).filter(({ first, last }) => cell.compare(first) >= 0 && cell.compare(last) <= 0).length

const LON = fc.oneof(fc.double({ min: -180, max: 180, noNaN: true }), fc.constantFrom(-180, 180, 0))
const LAT = fc.oneof(fc.double({ min: -90, max: 90, noNaN: true }), fc.constantFrom(-90, 90, 0))
const BOX = fc
  .tuple(LON, LON, LAT, LAT)
  .map(([west, east, a, b]) => ({ west, east, south: Math.min(a, b), north: Math.max(a, b) }))

/** Width of a cell: nothing is said about what lies this near an edge. */
const NEAR = 1e-7

t.test('a box finds every position inside it, once, and its filter drops all others', async (t) => {
  t.doesNotThrow(() =>
    fc.assert(
      fc.property(BOX, LON, LAT, (box, lon, lat) => {
        const cell = cellOf({ lat, lon })
        if (cell === null) return assert.fail('a position on earth has a cell')
        const inside = (margin: number) =>
          lat >= box.south - margin &&
          lat <= box.north + margin &&
          (box.west <= box.east
            ? lon >= box.west - margin && lon <= box.east + margin
            : lon >= box.west - margin || lon <= box.east + margin)
        if (inside(-NEAR)) {
          assert.equal(inRanges(box, cell), 1)
          assert.ok(cellFilter(box)(cell))
        } else if (!inside(NEAR) && Math.abs(lon) < 180 - NEAR) {
          assert.ok(!cellFilter(box)(cell))
        }
      }),
      { numRuns: 2000 }
    )
  )
})

t.test('a box is a few ranges, also when it crosses the antimeridian or is as thin as a line', async (t) => {
  t.doesNotThrow(() => fc.assert(fc.property(BOX, (box) => void assert.ok(cellRanges(box).length <= 32))))
  t.ok(cellRanges({ west: -60.1, east: -60, south: -3.1, north: -3 }).length > 1)
})

t.test('180 degrees east and west are the same place', async (t) => {
  const [east, west] = [cellOf({ lat: 10, lon: 180 }), cellOf({ lat: 10, lon: -180 })]
  if (east === null || west === null) return t.fail('both have a cell')
  for (const box of [
    { west: 170, east: 180, south: 0, north: 20 },
    { west: -180, east: -170, south: 0, north: 20 },
    { west: 170, east: -170, south: 0, north: 20 }
  ]) {
    for (const cell of [east, west]) {
      t.ok(cellFilter(box)(cell))
      t.equal(inRanges(box, cell), 1)
    }
  }
})

t.test('what is no place on earth has no cell, and no box finds it', async (t) => {
  for (const position of [
    { lat: NaN, lon: 0 },
    { lat: 0, lon: Infinity },
    { lat: 90.1, lon: 0 },
    { lat: 0, lon: -181 }
  ]) {
    t.equal(cellOf(position), null)
  }
  const world = { west: -180, east: 180, south: -90, north: 90 }
  t.notOk(cellFilter(world)(NO_CELL))
  for (const lat of [-90, 90])
    for (const lon of [-180, 180]) t.not(cellOf({ lat, lon })?.equals(NO_CELL), true)
})

t.test('a box upside down holds nothing', async (t) => {
  t.same(cellRanges({ west: 0, east: 1, south: 1, north: 0 }), [])
})
