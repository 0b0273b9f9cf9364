import type { CoreKey, DeviceId } from '../ids.ts'
import type { ProjectCore } from '../projects/project-cores.ts'
import type { Project } from '../projects/project.ts'
import { heldBlocks } from './blocks-known.ts'

/** Of the whole card. Three teams of four can still fill it; one device cannot. */
const WRITER_SHARE = 1 / 4

/** Devices that fill more than their share of the card, by photos or by everything else. */
export interface OverShare {
  readonly devices: ReadonlySet<DeviceId>
  readonly cores: ReadonlySet<CoreKey>
}

/** Adds up over all projects what each device wrote and the hub holds. */
export function devicesOverShare(projects: readonly Project[], totalBytes: number): OverShare {
  const sums = new Map<string, { owner: DeviceId; bytes: number; cores: CoreKey[] }>()
  for (const core of projects.flatMap((project) => project.cores.all())) {
    const { owner } = core
    if (owner === null) continue
    const key = `${owner} ${core.namespace === 'blob' ? 'photos' : 'documents'}`
    const sum = sums.get(key) ?? { owner, bytes: 0, cores: [] }
    sum.bytes += heldBytes(core)
    sum.cores.push(core.key)
    sums.set(key, sum)
  }
  const over = [...sums.values()].filter(({ bytes }) => bytes > WRITER_SHARE * totalBytes)
  return {
    devices: new Set(over.map(({ owner }) => owner)),
    cores: new Set(over.flatMap(({ cores }) => cores))
  }
}

/** By the mean size of a block: the store does not tell the size of each. */
function heldBytes({ core }: ProjectCore): number {
  if (core.length === 0) return 0
  return (core.byteLength * heldBlocks(core).size) / core.length
}
