import type { MirrorDocument } from '../mirror/document-queries.ts'

export interface Place {
  readonly lat: number
  readonly lon: number
  /** Metres. */
  readonly altitude: number | null
}

/** Where an observation was made: what was entered counts before what the phone measured. Null when it has no place. */
export function placeOf({ lat, lon, metadata }: MirrorDocument<'observation'>): Place | null {
  const coords = metadata?.position?.coords
  const entered = placeAt({ latitude: lat, longitude: lon, altitude: coords?.altitude })
  return entered ?? (coords === undefined ? null : placeAt(coords))
}

/** @returns null for what no format can write: NaN and infinity, which a document may hold */
export function placeAt(coords: {
  latitude: number | undefined
  longitude: number | undefined
  altitude?: number | undefined
}): Place | null {
  const { latitude, longitude, altitude } = coords
  if (!isFinite(latitude) || !isFinite(longitude)) return null
  return { lat: latitude, lon: longitude, altitude: isFinite(altitude) ? altitude : null }
}

/** Whether it lies on earth: a GPX or KML file with another one is not valid. */
export function isOnEarth({ lat, lon }: Place): boolean {
  return Math.abs(lat) <= 90 && Math.abs(lon) <= 180
}

function isFinite(value: number | undefined): value is number {
  return Number.isFinite(value)
}
