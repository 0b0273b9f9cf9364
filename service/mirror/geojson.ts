import mime from 'mime'
import type { DeviceId } from '../ids.ts'
import { deviceNames } from './device-names.ts'
import { listDocuments, type MirrorDocument } from './document-queries.ts'
import { isFileType } from './file-records.ts'
import { bestHeld } from './photo-queries.ts'
import type { Snapshot } from './snapshot.ts'
import type { SourceCore } from './source.ts'

type Exported = MirrorDocument<'observation'> | MirrorDocument<'track'>
type Coordinates = [lon: number, lat: number] | [lon: number, lat: number, altitude: number]
type Properties = Record<string, string | null>

/** Documents that are in memory at a time. A track may have 1 MiB, and ten times that when it is decoded. */
const PAGE = 10

/**
 * Writes the tracks and observations of a project as one GeoJSON FeatureCollection (RFC 7946), in the form that CoMapeo's own
 * exporter gives them: what it calls `$id`, `$createdAt`, `$category`, `$author` and so on has the same name here, tags are
 * properties of their own, and `$comapeo` holds the whole document. Positions are as the author wrote them.
 *
 * @param sources where the file index of a device says of which type a photo is
 */
export async function* exportGeoJson(
  snapshot: Snapshot,
  sources: readonly SourceCore[]
): AsyncGenerator<string> {
  const names: Names = { devices: await deviceNames(snapshot), categories: await categoryNames(snapshot) }
  yield '{"type": "FeatureCollection","features": [\n'
  let separator = ''
  for await (const track of all(snapshot, 'track')) {
    yield separator + JSON.stringify(trackFeature(track, names))
    separator = ',\n'
  }
  for await (const observation of all(snapshot, 'observation')) {
    const files = await fileNames(snapshot, sources, observation)
    yield separator + JSON.stringify(observationFeature(observation, names, files))
    separator = ',\n'
  }
  yield ']}'
}

interface Names {
  readonly devices: ReadonlyMap<DeviceId, string>
  /** By docId of the preset. */
  readonly categories: ReadonlyMap<string, string>
}

async function* all<Kind extends 'track' | 'observation' | 'preset'>(
  snapshot: Snapshot,
  kind: Kind
): AsyncGenerator<MirrorDocument<Kind>> {
  let cursor: string | null = null
  do {
    const page: Awaited<ReturnType<typeof listDocuments<Kind>>> = await listDocuments(snapshot, kind, {
      limit: PAGE,
      ...(cursor === null ? {} : { cursor })
    })
    yield* page.items
    cursor = page.nextCursor
  } while (cursor !== null)
}

async function categoryNames(snapshot: Snapshot): Promise<Map<string, string>> {
  const names = new Map<string, string>()
  for await (const { docId, name } of all(snapshot, 'preset')) names.set(docId, name)
  return names
}

/** One name for each attachment, as the file is called in an export with media; null for what the hub does not hold. */
async function fileNames(
  snapshot: Snapshot,
  sources: readonly SourceCore[],
  { attachments }: MirrorDocument<'observation'>
): Promise<(string | null)[]> {
  const names: (string | null)[] = []
  for (const { driveDiscoveryId, type, name } of attachments) {
    // Read as hex of 32 bytes from the document; an id that names no drive is simply not found.
    const driveId = driveDiscoveryId as SourceCore['discoveryKey']
    const held = isFileType(type) ? await bestHeld(snapshot, sources, { driveId, type, name }) : null
    const extension = held?.mimeType == null ? null : mime.getExtension(held.mimeType)
    names.push(held === null ? null : `${name}_${held.variant}${extension === null ? '' : `.${extension}`}`)
  }
  return names
}

function observationFeature(
  observation: MirrorDocument<'observation'>,
  names: Names,
  files: (string | null)[]
) {
  const properties = propertiesOf(observation, names)
  for (const [i, file] of files.entries()) properties[`attachment_${i + 1}`] = file
  const coordinates = observationCoordinates(observation)
  const geometry = coordinates === null ? null : { type: 'Point', coordinates }
  return { type: 'Feature', properties, $comapeo: observation, geometry }
}

function trackFeature(track: MirrorDocument<'track'>, names: Names) {
  const properties = propertiesOf(track, names)
  properties['$observations'] = track.observationRefs.map(({ docId }) => docId).join(',')
  const coordinates = track.locations.map(({ coords }) => coordinatesOf(coords)).filter((one) => one !== null)
  return { type: 'Feature', $comapeo: track, properties, geometry: { type: 'LineString', coordinates } }
}

function observationCoordinates({ lat, lon, metadata }: MirrorDocument<'observation'>): Coordinates | null {
  const coords = metadata?.position?.coords
  const entered = coordinatesOf({ latitude: lat, longitude: lon, altitude: coords?.altitude })
  return entered ?? (coords === undefined ? null : coordinatesOf(coords))
}

/** @returns null for what JSON cannot write: NaN and infinity, which a document may hold */
function coordinatesOf(coords: {
  latitude: number | undefined
  longitude: number | undefined
  altitude?: number | undefined
}): Coordinates | null {
  const { latitude, longitude, altitude } = coords
  if (!isFinite(latitude) || !isFinite(longitude)) return null
  return isFinite(altitude) ? [longitude, latitude, altitude] : [longitude, latitude]
}

function isFinite(value: number | undefined): value is number {
  return Number.isFinite(value)
}

function propertiesOf(document: Exported, { devices, categories }: Names): Properties {
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
  const category = presetRef === undefined ? undefined : categories.get(presetRef.docId)
  const author = createdBy === null ? undefined : devices.get(createdBy)
  const updateAuthor = updatedBy === null ? undefined : devices.get(updatedBy)
  if (category) properties['$category'] = category
  if (author) properties['$author'] = author
  if (updateAuthor) properties['$updateAuthor'] = updateAuthor
  return properties
}
