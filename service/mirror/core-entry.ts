import { BlockRanges } from './block-ranges.ts'
import type { CoreKey, DeviceId, DiscoveryKey, Namespace } from '../ids.ts'
import type { SourceCore } from './source.ts'

/** What the mirror keeps of a core: whose it is, and which of its blocks have been read. */
export interface CoreEntry {
  readonly key: CoreKey
  readonly discoveryKey: DiscoveryKey
  readonly namespace: Namespace
  readonly owner: DeviceId
  readonly read: BlockRanges
}

export function encodeCore({ key, discoveryKey, namespace, owner, read }: CoreEntry): Buffer {
  return Buffer.from(JSON.stringify({ key, discoveryKey, namespace, owner, read }))
}

/** @param value as `encodeCore` wrote it: the mirror's core is signed by this hub */
export function decodeCore(value: Buffer): CoreEntry {
  const entry = JSON.parse(value.toString()) as Omit<CoreEntry, 'read'> & { read: number[] }
  return { ...entry, read: new BlockRanges(entry.read) }
}

export function newCoreEntry({ key, discoveryKey, namespace, owner }: SourceCore): CoreEntry {
  return { key, discoveryKey, namespace, owner, read: new BlockRanges() }
}
