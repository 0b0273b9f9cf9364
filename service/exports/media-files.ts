import mime from 'mime'
import type { DiscoveryKey } from '../ids.ts'
import type { MirrorDocument } from '../mirror/document-queries.ts'
import { isFileType, type FileType, type Variant } from '../mirror/file-records.ts'
import { bestHeld } from '../mirror/photo-queries.ts'
import type { ExportSource } from './export-source.ts'

type Attachment = MirrorDocument<'observation'>['attachments'][number]

/** One attachment of an observation, and the best of it that the hub holds. */
export interface MediaFile {
  readonly attachment: Attachment
  /** Null: nothing of it is here. */
  readonly held: {
    readonly driveId: DiscoveryKey
    readonly type: FileType
    readonly name: string
    readonly variant: Variant
    /** As CoMapeo's own exporter calls it. */
    readonly fileName: string
  } | null
}

export async function mediaFilesOf(
  { snapshot, sources }: ExportSource,
  { attachments }: MirrorDocument<'observation'>
): Promise<MediaFile[]> {
  const files: MediaFile[] = []
  for (const attachment of attachments) {
    const { type, name } = attachment
    // Read as hex of 32 bytes from the document; an id that names no drive is simply not found.
    const driveId = attachment.driveDiscoveryId as DiscoveryKey
    const best = isFileType(type) ? await bestHeld(snapshot, sources, { driveId, type, name }) : null
    if (best === null || !isFileType(type)) {
      files.push({ attachment, held: null })
      continue
    }
    const extension = best.mimeType === null ? null : mime.getExtension(best.mimeType)
    const fileName = `${name}_${best.variant}${extension === null ? '' : `.${extension}`}`
    files.push({ attachment, held: { driveId, type, name, variant: best.variant, fileName } })
  }
  return files
}
