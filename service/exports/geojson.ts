import type { MirrorDocument } from '../mirror/document-queries.ts'
import { placeAt, placeOf, type Place } from './coordinates.ts'
import type { ExportSource } from './export-source.ts'
import { mediaFilesOf } from './media-files.ts'

type Exported = MirrorDocument<'observation'> | MirrorDocument<'track'>
type Properties = Record<string, string | null>

/**
 * Writes tracks and observations as one GeoJSON FeatureCollection (RFC 7946), in the form that CoMapeo's own exporter gives
 * them: what it calls `$id`, `$createdAt`, `$category`, `$author` and so on has the same name here, tags are properties of
 * their own, and `$comapeo` holds the whole document. Positions are as the author wrote them.
 */
export async function* writeGeoJson(source: ExportSource): AsyncGenerator<string> {
  yield '{"type": "FeatureCollection","features": [\n'
  let separator = ''
  for await (const track of source.tracks()) {
    yield separator + JSON.stringify(trackFeature(source, track))
    separator = ',\n'
  }
  for await (const observation of source.observations()) {
    const files = await mediaFilesOf(source, observation)
    const names = files.map(({ held }) => held?.fileName ?? null)
    yield separator + JSON.stringify(observationFeature(source, observation, names))
    separator = ',\n'
  }
  yield ']}'
}

function observationFeature(
  source: ExportSource,
  observation: MirrorDocument<'observation'>,
  files: (string | null)[]
) {
  const properties = propertiesOf(source, observation)
  for (const [i, file] of files.entries()) properties[`attachment_${i + 1}`] = file
  const place = placeOf(observation)
  const geometry = place === null ? null : { type: 'Point', coordinates: coordinatesOf(place) }
  return { type: 'Feature', properties, $comapeo: observation, geometry }
}

function trackFeature(source: ExportSource, track: MirrorDocument<'track'>) {
  const properties = propertiesOf(source, track)
  properties['$observations'] = track.observationRefs.map(({ docId }) => docId).join(',')
  const places = track.locations.map(({ coords }) => placeAt(coords)).filter((one) => one !== null)
  const geometry = { type: 'LineString', coordinates: places.map(coordinatesOf) }
  return { type: 'Feature', $comapeo: track, properties, geometry }
}

function coordinatesOf({ lat, lon, altitude }: Place): number[] {
  return altitude === null ? [lon, lat] : [lon, lat, altitude]
}

function propertiesOf(source: ExportSource, document: Exported): Properties {
  const { docId, createdAt, updatedAt, createdBy, updatedBy, presetRef, tags } = document
  // Without a prototype: a tag may have any name.
  const properties = Object.assign(Object.create(null) as Properties, {
    $id: docId,
    $createdAt: createdAt,
    $updatedAt: updatedAt
  })
  if (presetRef !== undefined) properties['$categoryId'] = presetRef.docId
  if (createdBy !== null) properties['$authorId'] = createdBy
  if (updatedBy !== null) properties['$updateAuthorId'] = updatedBy
  for (const [key, value] of Object.entries(tags)) if (value !== null) properties[key] = value.toString()
  const category = source.categoryOf(document)
  const author = source.nameOf(createdBy)
  const updateAuthor = source.nameOf(updatedBy)
  if (category) properties['$category'] = category
  if (author) properties['$author'] = author
  if (updateAuthor) properties['$updateAuthor'] = updateAuthor
  return properties
}
