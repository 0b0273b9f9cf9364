import type { Static } from 'typebox'
import { WaystationError } from '../errors.ts'
import {
  NO_CATEGORY,
  type BoundingBox,
  type FieldFilter,
  type FilterQuerySchema
} from './observation-schemas.ts'

/** @throws REQUEST_INVALID for a box that is none on earth, or a date that is none */
export function parseFilter(query: Static<typeof FilterQuerySchema>): FieldFilter {
  const { bbox, from, to, device, category, media } = query
  return {
    ...(bbox === undefined ? {} : { bbox: parseBoundingBox(bbox) }),
    ...(from === undefined ? {} : { from: toUtc(from) }),
    ...(to === undefined ? {} : { to: toUtc(to) }),
    ...(device === undefined ? {} : { device }),
    ...(category === undefined ? {} : { category: category === NO_CATEGORY ? null : category }),
    ...(media === undefined ? {} : { media })
  }
}

/** The schema has checked that these are four numbers. */
function parseBoundingBox(text: string): BoundingBox {
  const [west = NaN, south = NaN, east = NaN, north = NaN] = text.split(',').map(Number)
  const onEarth = Math.abs(west) <= 180 && Math.abs(east) <= 180 && south >= -90 && north <= 90
  if (!onEarth || south > north) {
    throw new WaystationError(
      'REQUEST_INVALID',
      'bbox must be west,south,east,north in degrees, with south not above north'
    )
  }
  return { west, south, east, north }
}

/** One form for all: with milliseconds and Z, so that instants compare as text. */
function toUtc(instant: string): string {
  const date = new Date(instant)
  if (Number.isNaN(date.getTime())) throw new WaystationError('REQUEST_INVALID', 'from and to must be dates')
  return date.toISOString()
}
