import type { Mirror } from '../../mirror/mirror.ts'
import type { MirrorDocument } from '../../mirror/document-queries.ts'
import type { DiscoveryKey, VersionId } from '../../ids.ts'
import type { ObservationView } from '../observation-schemas.ts'

type Attachment = MirrorDocument<'observation'>['attachments'][number]

const READABLE_TYPES = ['photo', 'audio', 'video'] as const

/** One observation as the page sees it, with its category by name and what is here of its photos. */
export async function observationView(
  mirror: Mirror,
  observation: MirrorDocument<'observation'>
): Promise<ObservationView> {
  const preset =
    observation.presetRef === undefined ? null : await mirror.document('preset', observation.presetRef.docId)
  return {
    docId: observation.docId,
    versionId: observation.versionId as VersionId,
    createdAt: instant(observation.createdAt),
    updatedAt: instant(observation.updatedAt),
    createdBy: observation.createdBy,
    updatedBy: observation.updatedBy,
    lat: finite(observation.lat),
    lon: finite(observation.lon),
    category: preset?.name ?? null,
    categoryId: observation.presetRef?.docId ?? null,
    tags: observation.tags,
    attachments: await Promise.all(
      observation.attachments.map((attachment) => attachmentView(mirror, attachment))
    ),
    deleted: observation.deleted,
    forks: [...observation.forks]
  }
}

export async function attachmentView(
  mirror: Mirror,
  attachment: Attachment
): Promise<ObservationView['attachments'][number]> {
  const driveId = attachment.driveDiscoveryId as DiscoveryKey
  const { name } = attachment
  const type = READABLE_TYPES.find((readable) => readable === attachment.type)
  const variants =
    type === undefined
      ? { original: 'unknown' as const, preview: 'unknown' as const, thumbnail: 'unknown' as const }
      : await mirror.variants({ driveId, type, name })
  return { driveId, name, type: type ?? 'other', variants }
}

/** The author's clock may have said anything; what is no instant at all is shown as the beginning of time. */
export function instant(text: string): string {
  const time = Date.parse(text)
  return new Date(Number.isNaN(time) ? 0 : time).toISOString()
}

export function finite(value: number | undefined): number | null {
  return value !== undefined && Number.isFinite(value) ? value : null
}
