import type { ComapeoDocument } from '../wire/documents.ts'
import type { Position } from './place.ts'
import { HAS_AUDIO, HAS_PHOTO } from './records.ts'

/** A file that an observation refers to. */
export interface AttachmentRef {
  /** Hex discovery key of the owner's blobIndex core. */
  readonly driveId: string
  readonly type: string
  readonly name: string
}

/**
 * Most attachments of one observation that are counted and looked up. An observation that fits in a document of 1 MiB
 * could name 20,000; people add a handful.
 */
const MAX_ATTACHMENTS = 256

const HEX_32_BYTES = 64

/** The files of an observation, each once. */
export function attachmentsOf(document: ComapeoDocument): AttachmentRef[] {
  if (document.schemaName !== 'observation') return []
  const unique = new Map<string, AttachmentRef>()
  for (const { driveDiscoveryId, type, name } of document.attachments.slice(0, MAX_ATTACHMENTS)) {
    if (driveDiscoveryId.length !== HEX_32_BYTES) continue
    unique.set(`${driveDiscoveryId}/${type}/${name}`, { driveId: driveDiscoveryId, type, name })
  }
  return [...unique.values()]
}

/** @returns docId of the preset that a document names */
export function categoryOf(document: ComapeoDocument): string | undefined {
  return 'presetRef' in document ? document.presetRef?.docId : undefined
}

/** What a document has, as the bits of `records.ts`. */
export function marksOf(document: ComapeoDocument): number {
  if (document.schemaName !== 'observation') return 0
  let marks = 0
  for (const { type } of document.attachments) {
    if (type === 'photo') marks |= HAS_PHOTO
    else if (type === 'audio') marks |= HAS_AUDIO
  }
  return marks
}

/** The one point by which a document is found: for tracks and alerts that are lines or areas, their first point. */
export function positionOf(document: ComapeoDocument): Position | null {
  switch (document.schemaName) {
    case 'observation':
      return typeof document.lat === 'number' && typeof document.lon === 'number'
        ? { lat: document.lat, lon: document.lon }
        : null
    case 'track': {
      const first = document.locations[0]
      return first === undefined ? null : { lat: first.coords.latitude, lon: first.coords.longitude }
    }
    case 'remoteDetectionAlert': {
      let coordinates: unknown = document.geometry.coordinates
      while (Array.isArray(coordinates) && Array.isArray(coordinates[0])) coordinates = coordinates[0]
      if (!Array.isArray(coordinates)) return null
      const [lon, lat] = coordinates as unknown[]
      return typeof lat === 'number' && typeof lon === 'number' ? { lat, lon } : null
    }
    default:
      return null
  }
}
