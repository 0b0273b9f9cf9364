import type { Catalog } from '../../mirror/catalog.ts'
import type { MirrorDocument } from '../../mirror/document-queries.ts'
import type { TrackView } from '../document-schemas.ts'
import { instant } from './observation-view.ts'

/** Positions of a track in a list: enough to recognise it on a map of the whole project. */
const THINNED_POINTS = 256

const EARTH_RADIUS_M = 6_371_000

type Point = readonly [lon: number, lat: number]

/** @param options.whole false thins the line out */
export function trackView(
  track: MirrorDocument<'track'>,
  { catalog, language, whole }: { catalog: Catalog; language: string; whole: boolean }
): TrackView {
  const points: Point[] = []
  for (const { coords } of track.locations) {
    const { latitude, longitude } = coords
    if (Number.isFinite(latitude) && Number.isFinite(longitude)) points.push([longitude, latitude])
  }
  const preset = track.presetRef === undefined ? undefined : catalog.categories.get(track.presetRef.docId)
  return {
    docId: track.docId,
    createdAt: instant(track.createdAt),
    createdBy: track.createdBy,
    category: preset === undefined ? null : catalog.nameOf(preset, language),
    categoryId: track.presetRef?.docId ?? null,
    startedAt: timeOf(track.locations[0].timestamp),
    endedAt: timeOf(track.locations.at(-1)?.timestamp),
    lengthM: Math.round(lengthOf(points)),
    points: points.length,
    line: (whole ? points : thinned(points)).map(([lon, lat]) => [lon, lat]),
    observations: track.observationRefs.map(({ docId }) => docId)
  }
}

function thinned(points: readonly Point[]): readonly Point[] {
  if (points.length <= THINNED_POINTS) return points
  const step = (points.length - 1) / (THINNED_POINTS - 1)
  return Array.from({ length: THINNED_POINTS }, (_, n) => points[Math.round(n * step)] as Point)
}

/** Along the surface of a sphere (haversine). */
function lengthOf(points: readonly Point[]): number {
  let length = 0
  for (const [n, to] of points.entries()) {
    const from = points[n - 1]
    if (from !== undefined) length += distance(from, to)
  }
  return length
}

function distance([lonA, latA]: Point, [lonB, latB]: Point): number {
  const radians = (degrees: number) => (degrees * Math.PI) / 180
  const [across, up] = [radians(lonB - lonA) / 2, radians(latB - latA) / 2]
  const h = Math.sin(up) ** 2 + Math.cos(radians(latA)) * Math.cos(radians(latB)) * Math.sin(across) ** 2
  return 2 * EARTH_RADIUS_M * Math.asin(Math.min(1, Math.sqrt(h)))
}

function timeOf(text: string | undefined): string | null {
  return text === undefined || Number.isNaN(Date.parse(text)) ? null : instant(text)
}
