import { createHash } from 'node:crypto'
import { Readable } from 'node:stream'
import type Hypercore from 'hypercore'
import { WaystationError } from '../errors.ts'
import type { DiscoveryKey } from '../ids.ts'
import { fileKeyOf, parseFileLocation, type FileLocation } from './file-entry.ts'
import {
  attachmentIndex,
  decodeFile,
  fileIndex,
  fileKey,
  FILE_KEY_BYTES,
  refOfAttachment,
  VARIANTS,
  type FileType,
  type Variant,
  type VariantRecord,
  type VariantState
} from './file-records.ts'
import { contentFeedOf, openBee } from './indexer.ts'
import type { Snapshot } from './snapshot.ts'
import type { SourceCore } from './source.ts'
import { tagOf } from './version-ref.ts'

/** One variant of one file of one device. */
export interface PhotoId {
  /** Discovery key of the owner's blobIndex core. */
  readonly driveId: DiscoveryKey
  readonly type: FileType
  readonly variant: Variant
  readonly name: string
}

/**
 * `unknown`: the owner's file index has not told of it, or tells that it is gone; `missing`: told of, not all here; `held`:
 * can be read.
 */
export type Photo =
  | { readonly state: 'unknown' }
  | { readonly state: 'missing'; readonly mimeType: string | null; readonly byteLength: number }
  | {
      readonly state: 'held'
      /** As the owner wrote it: not to be trusted. */
      readonly mimeType: string | null
      readonly byteLength: number
      /**
       * A new stream of all bytes. The last block comes out only when the length is right and, for an original, the bytes
       * have the SHA-256 that an observation gives: otherwise the stream fails with PHOTO_DAMAGED.
       */
      readonly createReadStream: () => Readable
    }

/** Most observations whose hash of one file is looked at. Phones name a file in one observation. */
const MAX_HASHES = 16

/** What the mirror knows of each variant, from its records alone. */
export async function variantStates(
  snapshot: Snapshot,
  file: Omit<PhotoId, 'variant'>
): Promise<Record<Variant, Exclude<VariantState, 'removed'>>> {
  const variants = await variantsOf(snapshot, file)
  const state = (variant: Variant) => {
    const found = variants?.[variant].state ?? 'unknown'
    return found === 'removed' ? 'unknown' : found
  }
  return { original: state('original'), preview: state('preview'), thumbnail: state('thumbnail') }
}

/** @param sources the cores of the owner of the file, or of everybody */
export async function findPhoto(
  snapshot: Snapshot,
  sources: readonly SourceCore[],
  id: PhotoId
): Promise<Photo> {
  const record = (await variantsOf(snapshot, id))?.[id.variant]
  const index = sources.find(
    (source) => source.namespace === 'blobIndex' && source.discoveryKey === id.driveId
  )
  if (
    record === undefined ||
    index === undefined ||
    record.state === 'unknown' ||
    record.state === 'removed'
  ) {
    return { state: 'unknown' }
  }
  const blob = sources.find((source) => source.namespace === 'blob' && source.owner === index.owner)
  const location = await locate(index, blob, id, record)
  if (blob === undefined || location === null) return { state: 'unknown' }
  const { mimeType, byteLength, blockOffset, blockLength } = location
  const isHere = blockLength === 0 || (await blob.core.has(blockOffset, blockOffset + blockLength))
  if (!isHere) return { state: 'missing', mimeType, byteLength }
  const hashes = id.variant === 'original' ? await hashesOf(snapshot, id) : []
  const createReadStream = () => Readable.from(verified(blob.core, location, hashes), { objectMode: false })
  return { state: 'held', mimeType, byteLength, createReadStream }
}

/** The best variant of a file that the hub holds, as CoMapeo's own exporter picks it. */
export async function bestHeld(
  snapshot: Snapshot,
  sources: readonly SourceCore[],
  file: Omit<PhotoId, 'variant'>
): Promise<{ variant: Variant; mimeType: string | null } | null> {
  for (const variant of VARIANTS) {
    const photo = await findPhoto(snapshot, sources, { ...file, variant })
    if (photo.state === 'held') return { variant, mimeType: photo.mimeType }
  }
  return null
}

async function variantsOf(
  snapshot: Snapshot,
  { driveId, type, name }: Omit<PhotoId, 'variant'>
): Promise<Record<Variant, VariantRecord> | null> {
  const record = await fileIndex.get(snapshot.bee, fileKey(tagOf(driveId), type, name))
  return record === null ? null : decodeFile(record).variants
}

/** Asks the entry itself, and only when the index names the blob core that its owner has proved to own. */
async function locate(
  index: SourceCore,
  blob: SourceCore | undefined,
  id: PhotoId,
  { seq }: VariantRecord
): Promise<FileLocation | null> {
  if (blob === undefined || (await contentFeedOf(index.core)) !== blob.key) return null
  const bee = openBee(index.core.session())
  try {
    const { key, value } = await bee.getBySeq(seq, { wait: false })
    return value !== null && key.equals(fileKeyOf(id)) ? parseFileLocation(value) : null
  } finally {
    await bee.close()
  }
}

/** The SHA-256 (hex) that current observations give for the original of a file. */
async function hashesOf(snapshot: Snapshot, { driveId, type, name }: PhotoId): Promise<string[]> {
  const gte = fileKey(tagOf(driveId), type, name)
  const hashes: string[] = []
  const lt = Buffer.concat([gte, Buffer.alloc(attachmentIndex.keyBytes - FILE_KEY_BYTES, 0xff)])
  for await (const record of attachmentIndex.read(snapshot.bee, { gte, lt })) {
    const document = await snapshot.version(refOfAttachment(record))
    if (document?.schemaName !== 'observation') continue
    for (const attachment of document.attachments) {
      const isThis = attachment.driveDiscoveryId === driveId && attachment.name === name
      if (isThis && attachment.hash !== '') hashes.push(attachment.hash)
    }
    if (hashes.length >= MAX_HASHES) break
  }
  return hashes
}

async function* verified(
  core: Hypercore,
  { blockOffset, blockLength, byteLength }: FileLocation,
  hashes: readonly string[]
): AsyncGenerator<Buffer> {
  const hash = createHash('sha256')
  let bytes = 0
  for (let n = 0; n < blockLength; n++) {
    const block = await core.get(blockOffset + n, { wait: false })
    if (block === null) throw new WaystationError('PHOTO_NOT_HELD')
    bytes += block.length
    if (bytes > byteLength) throw new WaystationError('PHOTO_DAMAGED')
    if (hashes.length > 0) hash.update(block)
    if (n === blockLength - 1) {
      const isRight = bytes === byteLength && (hashes.length === 0 || hashes.includes(hash.digest('hex')))
      if (!isRight) throw new WaystationError('PHOTO_DAMAGED')
    }
    yield block
  }
}
