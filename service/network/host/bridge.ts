import { readFile } from 'node:fs/promises'
import { runCommand } from './host-commands.ts'

/** The network of two radios. It is there only while a second radio is wished. */
export const BRIDGE = 'waystation0'

/** @param interfaceName of the radio whose MAC it has: one that changed with its radios would make phones lose the hub */
export async function makeBridge(interfaceName: string): Promise<void> {
  // A bridge that watches for listeners would stop passing multicast DNS on, because nobody here asks who listens.
  await runCommand('ip', 'link', 'add', BRIDGE, 'type', 'bridge', 'mcast_snooping', '0').catch(() => '')
  const mac = (await readFile(`/sys/class/net/${interfaceName}/address`, 'utf8')).trim()
  await runCommand('ip', 'link', 'set', BRIDGE, 'address', mac, 'up')
}

/** Removing one that is not there does nothing. */
export async function removeBridge(): Promise<void> {
  await runCommand('ip', 'link', 'delete', BRIDGE).catch(() => '')
}
