import type { MirrorDocument } from '../mirror/document-queries.ts'
import { isOnEarth, placeAt, placeOf, type Place } from './coordinates.ts'
import type { ExportSource } from './export-source.ts'
import { ATTRIBUTE, xml, type XmlNode } from './xml.ts'

const OPENING =
  '<?xml version="1.0" encoding="UTF-8"?>\n' +
  '<gpx version="1.1" creator="Waystation" xmlns="http://www.topografix.com/GPX/1/1">\n'

/**
 * Writes observations as waypoints and tracks as tracks of one GPX 1.1 file, in the order that its schema asks for. What has no
 * place on earth is left out: GPX has no room for it.
 */
export async function* writeGpx(source: ExportSource): AsyncGenerator<string> {
  yield OPENING
  for await (const observation of source.observations()) {
    const place = placeOf(observation)
    if (place === null || !isOnEarth(place)) continue
    yield `${xml({ wpt: { ...point(place, observation.createdAt), ...description(source, observation) } })}\n`
  }
  for await (const track of source.tracks()) {
    const points: XmlNode[] = []
    for (const { coords, timestamp } of track.locations) {
      const place = placeAt(coords)
      if (place !== null && isOnEarth(place)) points.push(point(place, timestamp))
    }
    yield `${xml({ trk: { ...description(source, track), trkseg: { trkpt: points } } })}\n`
  }
  yield '</gpx>\n'
}

function point({ lat, lon, altitude }: Place, time: string): { [name: string]: XmlNode } {
  return {
    [`${ATTRIBUTE}lat`]: String(lat),
    [`${ATTRIBUTE}lon`]: String(lon),
    ...(altitude === null ? {} : { ele: String(altitude) }),
    ...(Number.isNaN(Date.parse(time)) ? {} : { time: new Date(time).toISOString() })
  }
}

function description(
  source: ExportSource,
  document: MirrorDocument<'observation'> | MirrorDocument<'track'>
): { [name: string]: XmlNode } {
  const author = source.nameOf(document.createdBy)
  const answers = source.catalog.labelled(document, source.scope.language)
  const lines = answers.map(({ label, value }) => `${label}: ${value}`)
  const category = source.categoryOf(document)
  return {
    name: category ?? document.docId.slice(0, 8),
    ...(lines.length === 0 ? {} : { desc: lines.join('\n') }),
    ...(author === undefined ? {} : { src: author }),
    ...(category === undefined ? {} : { type: category })
  }
}
