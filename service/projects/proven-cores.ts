import { EventEmitter } from 'node:events'
import type Hypercore from 'hypercore'
import type { CoreKey, DeviceId, DiscoveryKey, Namespace } from '../ids.ts'
import type { Project } from './project.ts'

/** A core of which is known who writes it, to be read as documents. */
export interface ProvenCore {
  readonly key: CoreKey
  readonly discoveryKey: DiscoveryKey
  readonly namespace: Namespace
  readonly owner: DeviceId
  readonly core: Hypercore
}

/** The cores of one project for those who read documents: each is named once, as soon as its owner is proved. */
export class ProvenCores extends EventEmitter<{ 'core-added': [core: ProvenCore] }> {
  readonly #project: Project
  readonly #cores = new Map<CoreKey, ProvenCore>()
  readonly #look = () => {
    for (const core of this.#collect()) this.emit('core-added', core)
  }

  /** @param project unlocked, until `close` */
  constructor(project: Project) {
    super()
    this.#project = project
    this.#collect()
    project.cores.on('core-added', this.#look)
    project.on('members-changed', this.#look)
  }

  /** Names no more cores. */
  close(): void {
    this.#project.cores.off('core-added', this.#look)
    this.#project.off('members-changed', this.#look)
  }

  cores(): readonly ProvenCore[] {
    return [...this.#cores.values()]
  }

  #collect(): ProvenCore[] {
    const added: ProvenCore[] = []
    for (const { key, discoveryKey, namespace, owner, reader } of this.#project.cores.all()) {
      if (owner === null || reader === null || this.#cores.has(key)) continue
      const core: ProvenCore = { key, discoveryKey, namespace, owner, core: reader }
      this.#cores.set(key, core)
      added.push(core)
    }
    return added
  }
}
