import type { BlobFile, BlobCatalog } from './blob-catalog.ts'
import { BlockSet } from './block-set.ts'

/** An amount of what people exchange. `photos` counts names, not sizes: three variants are one photo. */
export interface Tally {
  readonly documents: number
  /** Null while the hub cannot read which blocks are photos. */
  readonly photos: number | null
  readonly blocks: number
  /** Estimated from the mean size of the blocks of each core where the blocks are not here yet. */
  readonly bytes: number
}

export const NOTHING: Tally = { documents: 0, photos: 0, blocks: 0, bytes: 0 }

export function plus(a: Tally, b: Tally): Tally {
  return {
    documents: a.documents + b.documents,
    photos: a.photos === null || b.photos === null ? null : a.photos + b.photos,
    blocks: a.blocks + b.blocks,
    bytes: a.bytes + b.bytes
  }
}

/** @returns how many photos have a block among `blocks` */
export function photosAmong(catalog: BlobCatalog, blocks: BlockSet): number {
  if (blocks.isEmpty) return 0
  const names = new Set<string>()
  for (const file of catalog.files) {
    if (!names.has(file.name) && blocks.intersects(file.run)) names.add(file.name)
  }
  return names.size
}

/** @returns the file whose bytes lie in this block. Files are written one after the other, so they are sorted. */
export function fileAt(files: readonly BlobFile[], block: number): BlobFile | undefined {
  let low = 0
  let high = files.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((files[middle] as BlobFile).run.end > block) high = middle
    else low = middle + 1
  }
  const file = files[low]
  return file !== undefined && file.run.start <= block ? file : undefined
}
