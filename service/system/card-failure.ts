import type { Store } from '../storage/store.ts'
import type { DiskWatch } from './disk-watch.ts'

/** Whether the card takes no data any more. A write that failed for want of room is no failure of the card. */
export function hasCardFailed({
  store,
  disk
}: {
  store: Pick<Store, 'failed'>
  disk: Pick<DiskWatch, 'space'>
}): boolean {
  return store.failed && disk.space.state !== 'full'
}
