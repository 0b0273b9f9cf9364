import type Hypercore from 'hypercore'

/** internal to hypercore: what it thinks of one device, and how it looks again. */
interface Remote {
  readonly remoteLength: number
  /** Whether it has the nodes of the hash tree that lead from the device's length to ours, and has told so. */
  readonly canUpgrade: boolean
  signalUpgrade(): void
}

/**
 * Tells those devices how long a core is that hold less of it. The library does that when a core grows, but it passes over a device
 * that is between the old length and the new one: the nodes that it needs come later, with the blocks, and nobody tells it then.
 */
export function tellLength(core: Hypercore): void {
  for (const remote of core.peers as unknown as readonly Remote[]) {
    if (!remote.canUpgrade && remote.remoteLength < core.length) remote.signalUpgrade()
  }
}
