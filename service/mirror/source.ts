import type { EventEmitter } from 'node:events'
import type Hypercore from 'hypercore'
import type { CoreKey, DeviceId, DiscoveryKey, Namespace } from '../ids.ts'

/** One core of the project whose owner is proved. */
export interface SourceCore {
  readonly key: CoreKey
  readonly discoveryKey: DiscoveryKey
  readonly namespace: Namespace
  readonly owner: DeviceId
  /** Reads decrypted blocks. The mirror opens sessions of it and never closes it. */
  readonly core: Hypercore
}

interface MirrorSourceEvents {
  'core-added': [core: SourceCore]
}

/** What the mirror is made from: the cores of one project, each named once, as soon as its owner is proved. */
export interface MirrorSource extends EventEmitter<MirrorSourceEvents> {
  cores(): readonly SourceCore[]
}
