import { statfs } from 'node:fs/promises'

const MEBIBYTE = 1024 * 1024

/** From roomy to full. */
export const DISK_STATES = ['ok', 'low', 'no-originals', 'full'] as const

/**
 * - `low`: a person should make room soon
 * - `no-originals`: small things are taken in, originals of photos are not
 * - `full`: nothing new is taken in; what is there is served
 */
export type DiskState = (typeof DISK_STATES)[number]

export interface DiskSpace {
  /** What the hub's user may still write. */
  freeBytes: number
  totalBytes: number
  state: DiskState
}

type Shortage = Exclude<DiskState, 'ok'>

/** Below so much free space a state begins, or below this share of the card where the card is small. */
const WATERMARKS: readonly (readonly [Shortage, { freeBytes: number; share: number }])[] = [
  // Room for compaction, for replaying the write buffers at the next start, and for what arrives until all is stopped.
  ['full', { freeBytes: 256 * MEBIBYTE, share: 0.2 }],
  // Two hundred thousand observations, or the thumbnails and previews of three thousand photos.
  ['no-originals', { freeBytes: 512 * MEBIBYTE, share: 0.3 }],
  // Some five hundred photos of 1.5 MB before originals stop: a day or two of a busy team.
  ['low', { freeBytes: 1280 * MEBIBYTE, share: 0.4 }]
]

/** A state ends only when there is this much more room than where it began: at the mark itself it would flap. */
const LEAVE_FACTOR = 1.1

/** @param path anything on the file system that is meant */
export async function readDiskSpace(path: string, before: DiskState = 'ok'): Promise<DiskSpace> {
  const { bavail, blocks, bsize } = await statfs(path)
  const space = { freeBytes: bavail * bsize, totalBytes: blocks * bsize }
  return { ...space, state: diskState(space, before) }
}

/** @param before the state until now */
export function diskState(
  { freeBytes, totalBytes }: Pick<DiskSpace, 'freeBytes' | 'totalBytes'>,
  before: DiskState = 'ok'
): DiskState {
  for (const [state, mark] of WATERMARKS) {
    const isLeaving = DISK_STATES.indexOf(before) >= DISK_STATES.indexOf(state)
    const limit = watermark(mark, totalBytes) * (isLeaving ? LEAVE_FACTOR : 1)
    if (freeBytes < limit) return state
  }
  return 'ok'
}

/** Below so many free bytes a card of this size counts as full. */
export function fullBelowBytes(totalBytes: number): number {
  return Math.min(...WATERMARKS.map(([, mark]) => watermark(mark, totalBytes)))
}

function watermark({ freeBytes, share }: { freeBytes: number; share: number }, totalBytes: number): number {
  return Math.min(freeBytes, Math.floor(totalBytes * share))
}
