import type { VersionId } from '../ids.ts'
import { decodeDocument, type ComapeoDocument } from '../wire/documents.ts'
import type { SourceCore } from './source.ts'

export interface CountingDocument {
  readonly document: ComapeoDocument
  /** The versions that this one comes after. */
  readonly links: readonly VersionId[]
}

/**
 * @returns null when the block holds no document that counts where it lies
 *
 * CoMapeo peer protocol: phones read documents of every kind from auth, config and data cores alike, but project settings
 * from config cores alone. The first block of an auth core says whose it is; any other ownership record is a claim that
 * nobody proved. Phones forget the links of ownership records: the first one wins for ever.
 */
export function countingDocument(
  source: SourceCore,
  discoveryKey: Buffer,
  index: number,
  block: Buffer
): CountingDocument | null {
  const document = decodeDocument(block, { discoveryKey, index })
  if (document === null) return null
  if (document.schemaName === 'coreOwnership') {
    const isFirst = source.namespace === 'auth' && index === 0 && document.docId === source.owner
    return isFirst ? { document, links: [] } : null
  }
  if (document.schemaName === 'projectSettings' && source.namespace !== 'config') return null
  // `@comapeo/schema` writes version ids in exactly this form.
  return { document, links: document.links as VersionId[] }
}
