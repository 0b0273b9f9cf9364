import { statfs } from 'node:fs/promises'

/** `low`: a person should make room soon. `full`: nothing new may be taken in. */
export type DiskState = 'ok' | 'low' | 'full'

export interface DiskSpace {
  /** What the hub's user may still write. */
  freeBytes: number
  totalBytes: number
  state: DiskState
}

const MEBIBYTE = 1024 * 1024

/** Room for compaction, for replaying the write buffers at the next start, and for what arrives until all is stopped. */
const FULL_BELOW_FREE_BYTES = 256 * MEBIBYTE

/** Some seven hundred photos of 1.5 MB before it is full: a day or two of a busy team. */
const LOW_BELOW_FREE_BYTES = 1280 * MEBIBYTE

/** @param path anything on the file system that is meant */
export async function readDiskSpace(path: string): Promise<DiskSpace> {
  const { bavail, blocks, bsize } = await statfs(path)
  const freeBytes = bavail * bsize
  return { freeBytes, totalBytes: blocks * bsize, state: diskState(freeBytes) }
}

export function diskState(freeBytes: number): DiskState {
  if (freeBytes < FULL_BELOW_FREE_BYTES) return 'full'
  if (freeBytes < LOW_BELOW_FREE_BYTES) return 'low'
  return 'ok'
}
