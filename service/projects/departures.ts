import Hypercore from 'hypercore'
import type { Logger } from 'pino'
import type { KeyPair } from '../identity/device-identity.ts'
import { NAMESPACES, shortId, type CoreKey, type DiscoveryKey, type ProjectId } from '../ids.ts'
import type { CoreLengths } from '../storage/core-lengths.ts'
import { deleteCore } from '../storage/delete-core.ts'
import type { Store } from '../storage/store.ts'
import { projectIdOf } from '../wire/project-keys.ts'
import type { Departure, ProjectKeys } from './join-details.ts'
import type { Ownership } from './ownership.ts'
import type { ProjectVault } from './project-vault.ts'
import type { Project } from './project.ts'

/**
 * Carries out that the hub leaves projects. What was decided is kept first; each of the steps after it can be repeated, so
 * whatever is interrupted goes on at the next start. What erases needs no key: it is done by a locked hub, too.
 *
 * The hub's own cores stay: they hold its name and its role, and written anew under the same keys they would be a second
 * history, which phones freeze. So does what others wrote into `auth`, by which those hear of it who come later.
 */
export class Departures {
  readonly #vault: ProjectVault
  readonly #store: Store
  readonly #lengths: Pick<CoreLengths, 'forget'>
  readonly #eraseSecrets: (projectId: ProjectId) => Promise<void>
  readonly #logger: Logger

  /** @param parts.eraseSecrets the keys by which what the hub held of a project can be read */
  constructor(parts: {
    vault: ProjectVault
    store: Store
    lengths: Pick<CoreLengths, 'forget'>
    eraseSecrets: (projectId: ProjectId) => Promise<void>
    logger: Logger
  }) {
    this.#vault = parts.vault
    this.#store = parts.store
    this.#lengths = parts.lengths
    this.#eraseSecrets = parts.eraseSecrets
    this.#logger = parts.logger
  }

  /** From then on nothing stops it. */
  async begin(project: Project, departure: Pick<Departure, 'at' | 'mirrorKey'>): Promise<void> {
    const keys = { ...project.keys, departure: { ...departure, isTold: false, isErased: false } }
    await this.#vault.saveKeys(keys)
    this.#logger.info({ project: shortId(project.id) }, 'leaving a project')
    await project.depart(keys)
  }

  /**
   * Lets the others know.
   * @param coreKeyPair of the hub's own auth core in the project
   */
  async tell(project: Project, coreKeyPair: KeyPair): Promise<void> {
    if (project.keys.departure?.isTold !== false) return
    await project.tellLeft(coreKeyPair)
    await this.#save(project, { isTold: true })
    this.#logger.info({ project: shortId(project.id) }, 'members hear that the hub has left')
  }

  /** Deletes what the hub held, the keys to it first. The room that it took is free after `free`. */
  async erase(project: Project): Promise<void> {
    const { departure } = project.keys
    if (departure?.isErased !== false) return
    await this.#eraseSecrets(project.id)
    const others = project.members.acceptedOwnerships().flatMap(({ coreKeys }) => dataCoresOf(coreKeys))
    await this.#delete([...others, ...(departure.mirrorKey === null ? [] : [departure.mirrorKey])])
    this.#logger.info({ project: shortId(project.id) }, 'what the hub held of a project is deleted')
  }

  /** Gives the card back what was deleted. Long where the other projects have many photos. */
  async free(project: Project): Promise<void> {
    const { departure } = project.keys
    if (departure?.isErased !== false) return
    await this.#store.compact({ photos: true })
    // It may have been invited again meanwhile.
    if (project.keys.departure !== null) await this.#save(project, { isErased: true })
    this.#logger.info({ project: shortId(project.id) }, 'nothing is left of a project')
  }

  /** A project that was left long ago is forgotten altogether: nobody hears of it from this hub any more. */
  async forget(keys: ProjectKeys): Promise<void> {
    const id = projectIdOf(keys.projectKey)
    const members = await this.#vault.membersOf(id).load()
    await this.#delete([
      keys.projectKey.toString('hex') as CoreKey,
      ...members.map(({ coreKeys }) => coreKeys.auth)
    ])
    await this.#vault.forget(id)
  }

  async #save(project: Project, change: Partial<Departure>): Promise<void> {
    const { departure } = project.keys
    if (departure === null) return
    const keys = { ...project.keys, departure: { ...departure, ...change } }
    await this.#vault.saveKeys(keys)
    project.keysAre(keys)
  }

  async #delete(keys: readonly CoreKey[]): Promise<void> {
    const deleted: DiscoveryKey[] = []
    for (const hex of keys) {
      const key = Buffer.from(hex, 'hex')
      const discoveryKey = Hypercore.discoveryKey(key)
      deleted.push(discoveryKey.toString('hex') as DiscoveryKey)
      if (!(await this.#store.cores.hasCore(discoveryKey))) continue
      await deleteCore(this.#store, new Hypercore(this.#store.cores, key, { compat: true }))
    }
    await this.#store.barrier()
    await this.#lengths.forget(deleted)
  }
}

function dataCoresOf(coreKeys: Ownership['coreKeys']): CoreKey[] {
  return NAMESPACES.filter((namespace) => namespace !== 'auth').map((namespace) => coreKeys[namespace])
}
