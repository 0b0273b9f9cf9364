import type Hypercore from 'hypercore'
import type { Store } from './store.ts'

/**
 * Closes a core and removes it and its blocks from the store. What remains of it is 36 bytes of hash per block, which
 * the library offers no way to remove. Never for the hub's own project cores: written anew under the same key they would
 * be a second history.
 *
 * @param core with no other session open, and no longer attached to any peer
 */
export async function deleteCore(store: Store, core: Hypercore): Promise<void> {
  await core.ready()
  const place = core.state.storage.core
  // The library's own deletion forgets where the blocks are and leaves them on the card.
  await core.clear(0, core.length)
  await core.close()
  await store.cores.deleteCore(place)
}
