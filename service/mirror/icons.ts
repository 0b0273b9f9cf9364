import type Hypercore from 'hypercore'
import type { DocumentOfKind } from '../wire/documents.ts'
import { currentDocument } from './document-queries.ts'
import type { Snapshot } from './snapshot.ts'
import type { SourceCore } from './source.ts'

type Variant = DocumentOfKind<'icon'>['variants'][number]

/** A picture of a category. What its author calls it is not to be trusted: an SVG may hold scripts. */
export interface Icon {
  readonly mimeType: 'image/png' | 'image/svg+xml'
  readonly bytes: Buffer
}

/** CoMapeo's own category files allow 2 MB. */
const MAX_ICON_BYTES = 2_000_000

/** What is best on a small, sharp screen comes first. */
const SIZES = ['medium', 'small', 'large', 'size_unspecified'] as const

/**
 * Reads the picture that an icon document names.
 * @returns null when there is no such icon, or its bytes are not here
 */
export async function readIcon(
  snapshot: Snapshot,
  sources: readonly SourceCore[],
  docId: string
): Promise<Icon | null> {
  const icon = await currentDocument(snapshot, 'icon', docId)
  for (const variant of [...(icon?.variants ?? [])].sort(byUse)) {
    const bytes = await bytesOf(sources, variant)
    if (bytes !== null) return { mimeType: variant.mimeType, bytes }
  }
  return null
}

function byUse(a: Variant, b: Variant): number {
  const rank = ({ mimeType, size }: Variant) => (mimeType === 'image/svg+xml' ? 0 : 10) + SIZES.indexOf(size)
  return rank(a) - rank(b) || density(b) - density(a)
}

function density(variant: Variant): number {
  return 'pixelDensity' in variant ? variant.pixelDensity : 0
}

/** CoMapeo peer protocol: the bytes are one block of the author's config core, and no document. */
async function bytesOf(sources: readonly SourceCore[], { blobVersionId }: Variant): Promise<Buffer | null> {
  const [, discoveryKey, number] = /^([0-9a-f]{64})\/([0-9]{1,10})$/.exec(blobVersionId) ?? []
  const source = sources.find((core) => core.namespace === 'config' && core.discoveryKey === discoveryKey)
  if (source === undefined) return null
  const bytes = await blockOf(source.core, Number(number))
  return bytes === null || bytes.length > MAX_ICON_BYTES ? null : bytes
}

async function blockOf(core: Hypercore, index: number): Promise<Buffer | null> {
  return (await core.has(index)) ? core.get(index, { wait: false }) : null
}
