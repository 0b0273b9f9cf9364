import type { MirrorDocument } from '../mirror/document-queries.ts'
import { isOnEarth, placeAt, placeOf, type Place } from './coordinates.ts'
import type { ExportSource } from './export-source.ts'
import { mediaFilesOf } from './media-files.ts'
import { ATTRIBUTE, xml, type XmlNode } from './xml.ts'

const NAME = `${ATTRIBUTE}name`
const OPENING =
  '<?xml version="1.0" encoding="UTF-8"?>\n<kml xmlns="http://www.opengis.net/kml/2.2"><Document>\n'

/** Writes observations as points and tracks as lines of one KML document (OGC 07-147r2), answers as its extended data. */
export async function* writeKml(source: ExportSource): AsyncGenerator<string> {
  yield OPENING
  yield '<Folder><name>Observations</name>\n'
  for await (const observation of source.observations()) {
    const place = placeOf(observation)
    const files = await mediaFilesOf(source, observation)
    const names = files.map(({ held }) => held?.fileName).filter((name) => name !== undefined)
    const extra = names.length === 0 ? [] : [{ label: 'files', value: names.join('; ') }]
    const point = place !== null && isOnEarth(place) ? { Point: { coordinates: coordinatesOf(place) } } : {}
    yield `${placemark(source, observation, point, extra)}\n`
  }
  yield '</Folder>\n<Folder><name>Tracks</name>\n'
  for await (const track of source.tracks()) {
    const places = track.locations.map(({ coords }) => placeAt(coords)).filter((place) => place !== null)
    const line = places.filter(isOnEarth).map(coordinatesOf)
    const geometry = line.length < 2 ? {} : { LineString: { coordinates: line.join(' ') } }
    yield `${placemark(source, track, geometry, [])}\n`
  }
  yield '</Folder>\n</Document></kml>\n'
}

function placemark(
  source: ExportSource,
  document: MirrorDocument<'observation'> | MirrorDocument<'track'>,
  geometry: { [name: string]: XmlNode },
  extra: readonly { label: string; value: string }[]
): string {
  const author = source.nameOf(document.createdBy)
  const answers = source.catalog.labelled(document, source.scope.language)
  const entries = [
    { label: 'id', value: document.docId },
    ...(author === undefined ? [] : [{ label: 'collected_by', value: author }]),
    ...answers,
    ...extra
  ]
  // The order of the elements is that of the schema.
  return xml({
    Placemark: {
      name: source.categoryOf(document) ?? document.docId.slice(0, 8),
      TimeStamp: { when: document.createdAt },
      ExtendedData: { Data: entries.map(({ label, value }) => ({ [NAME]: label, value })) },
      ...geometry
    }
  })
}

function coordinatesOf({ lat, lon, altitude }: Place): string {
  return altitude === null ? `${lon},${lat}` : `${lon},${lat},${altitude}`
}
