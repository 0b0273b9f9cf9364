import type { DocumentKind } from '../wire/documents.ts'
import { isPhoto, VARIANTS, type FileRecord, type Variant } from './file-records.ts'
import { KINDS } from './kinds.ts'

export interface DocumentCounts {
  /** Documents whose winner is not a deletion. */
  current: number
  deleted: number
}

export interface PhotoCounts {
  /** Photos that at least one current observation has. */
  known: number
  /** How many of those are told of by their owners but not here, and how many are here. */
  variants: Record<Variant, { missing: number; held: number }>
}

/** Kept with every batch, so that nobody has to count. */
export interface Counts {
  documents: Record<DocumentKind, DocumentCounts>
  photos: PhotoCounts
}

export function noCounts(): Counts {
  const documents = Object.fromEntries(KINDS.map((kind) => [kind, { current: 0, deleted: 0 }]))
  const variants = Object.fromEntries(VARIANTS.map((variant) => [variant, { missing: 0, held: 0 }]))
  // Object.fromEntries forgets the type of the keys; both lists name every one.
  return {
    documents: documents as Counts['documents'],
    photos: { known: 0, variants: variants as PhotoCounts['variants'] }
  }
}

/** Adds what one file contributes. @param by 1 when the record is new, -1 when it goes */
export function countFile(counts: PhotoCounts, key: Buffer, file: FileRecord, by: 1 | -1): void {
  if (!isPhoto(key) || file.references === 0) return
  counts.known += by
  for (const variant of VARIANTS) {
    const { state } = file.variants[variant]
    if (state === 'missing' || state === 'held') counts.variants[variant][state] += by
  }
}
