import type { Logger } from 'pino'
import type { Clock } from '../clock.ts'
import { NAMESPACES, shortId, type CoreKey, type DeviceId, type Namespace, type ProjectId } from '../ids.ts'
import { Resource } from '../resource.ts'
import type { Store } from '../storage/store.ts'
import { projectIdOf } from '../wire/project-keys.ts'
import { AuthReaders } from './auth-readers.ts'
import type { ProjectKeys, ProjectSecrets } from './join-details.ts'
import { Members } from './members.ts'
import type { SigningKeyPair } from './own-documents.ts'
import { OwnPart, type OwnDevice, type ProjectUnlock } from './own-part.ts'
import type { Ownership } from './ownership.ts'
import { ProjectCores, type ProjectCore } from './project-cores.ts'
import type { Role } from './roles.ts'
import { UnprovenCores } from './unproven-cores.ts'

/** Keeps which device was believed to own which cores: the first that was accepted stays, also over a restart. */
export interface OwnershipMemory {
  load(): Promise<readonly Ownership[]>
  save(accepted: readonly Ownership[]): Promise<void>
}

interface ProjectEvents {
  /** Also when the hub itself has left, or is in it again. */
  'members-changed': []
  /** The hub is about to leave: what is exchanged now was the last. */
  departing: []
  /** The hub left, and was invited again. */
  rejoined: []
  /** Its documents can be read from now on. */
  unlocked: []
  /** They can not be read any more. */
  locked: []
}

/**
 * One project of the hub: its cores, its members, and what the hub itself writes into it. It opens locked: members and
 * roles are known and every core replicates, but only `auth` is read. Of a project that the hub has left there is nothing
 * but `auth`, so that the others learn of it.
 */
export class Project extends Resource<ProjectEvents> {
  readonly id: ProjectId
  readonly cores: ProjectCores
  readonly unproven: UnprovenCores
  readonly #own: OwnDevice
  readonly #memory: OwnershipMemory
  readonly #logger: Logger
  readonly #readers: AuthReaders
  readonly #ownPart: OwnPart
  #keys: ProjectKeys
  #members: Members | null = null
  #creatorCore: ProjectCore | null = null
  #secrets: ProjectSecrets | null = null
  #following: Promise<void> = Promise.resolve()

  constructor(parts: {
    keys: ProjectKeys
    own: OwnDevice
    store: Store
    /** Where the bytes lie that are about to be appended to an own core. */
    outboxPath: (namespace: Namespace) => string
    memory: OwnershipMemory
    clock: Clock
    logger: Logger
  }) {
    super()
    this.#keys = parts.keys
    this.id = projectIdOf(parts.keys.projectKey)
    this.#own = parts.own
    this.#memory = parts.memory
    this.#logger = parts.logger.child({ project: shortId(this.id) })
    this.cores = new ProjectCores({
      store: parts.store,
      authKey: parts.keys.authKey,
      ownerOf: (key) => this.members.ownerOf(key)
    })
    this.#readers = new AuthReaders({
      onDocuments: (key, documents) => this.members.learn(key, documents),
      logger: this.#logger
    })
    this.#ownPart = new OwnPart(parts)
    this.unproven = new UnprovenCores({
      open: (key) => this.cores.openUnproven(key),
      isKept: (key) => this.cores.get(key) !== undefined,
      onDocuments: (key, documents) => {
        if (!this.members.claim(key, documents)) this.unproven.reject(key)
      },
      logger: this.#logger
    })
  }

  get keys(): ProjectKeys {
    return this.#keys
  }

  /** What is kept of the project on the card is this now. */
  keysAre(keys: ProjectKeys): void {
    this.#keys = keys
  }

  /** Whether the hub has left, or is about to. */
  get isDeparted(): boolean {
    return this.#keys.departure !== null
  }

  get members(): Members {
    if (this.#members === null) throw new Error('The project is not open')
    return this.#members
  }

  /** The auth core of the device that created the project. Its channel carries the messages beside the blocks. */
  get creatorCore(): ProjectCore {
    if (this.#creatorCore === null) throw new Error('The project is not open')
    return this.#creatorCore
  }

  /** What the hub itself may do here. */
  get ownRole(): Role {
    // Others may not have heard of it, and it may not be written yet.
    return this.isDeparted ? 'left' : this.members.roleOf(this.#own.deviceId)
  }

  /** What only an unlocked hub knows of the project. Null while it is locked. */
  get secrets(): ProjectSecrets | null {
    return this.#secrets
  }

  /**
   * Begins to read documents. Where the hub was locked when it joined, it now comes to know its own cores.
   */
  async unlock(unlocking: ProjectUnlock): Promise<void> {
    if (this.#secrets !== null) return
    const { secrets, coreKeyPairs } = unlocking
    try {
      this.members.ownCoresAre(keysOf(coreKeyPairs))
      await this.cores.unlock(secrets.encryptionKeys)
      const own = await this.#openOwnCores(keysOf(coreKeyPairs))
      await this.#ownPart.open(own, this.keys.authKey, unlocking)
    } catch (error) {
      await this.#lock()
      throw error
    }
    this.#secrets = secrets
    this.emit('unlocked')
  }

  /** Forgets what was unlocked. Whoever reads documents has let go of them before. */
  async lock(): Promise<void> {
    if (this.#secrets === null) return
    this.#secrets = null
    this.emit('locked')
    await this.#lock()
  }

  async #lock(): Promise<void> {
    await this.#ownPart.close()
    await this.cores.lock()
  }

  /**
   * The hub leaves: nothing but `auth` is kept open, exchanged or read from now on.
   * @param keys as they are kept, with the departure
   */
  async depart(keys: ProjectKeys): Promise<void> {
    this.emit('departing')
    this.#keys = keys
    this.emit('members-changed')
    await this.lock()
    await this.#following
    await this.cores.removeAllButAuth()
  }

  /**
   * The hub was invited again. It is locked, as any project that is opened.
   * @param keys as they are kept, without the departure
   */
  async rejoin(keys: ProjectKeys): Promise<void> {
    this.#keys = keys
    if (keys.ownCores !== null) await this.#openOwnCores(keys.ownCores)
    this.emit('rejoined')
    this.#follow()
    await this.#following
  }

  /**
   * Writes that the hub has left, unless that stands there or the hub was removed. When it resolves it is on the card, and
   * members who are connected are being told.
   * @param coreKeyPair of the hub's own auth core
   * @throws CORE_SHORT while the core lacks blocks that it had
   */
  async tellLeft(coreKeyPair: SigningKeyPair): Promise<void> {
    const core = await this.#keep(coreKeyPair.publicKey.toString('hex') as CoreKey, 'auth')
    await this.#ownPart.tellLeft(
      { core, keyPair: coreKeyPair, authKey: this.keys.authKey, read: () => this.#readers.read(core) },
      this
    )
  }

  /**
   * Writes the name that phones show in the team list, where it is another than the one written before.
   * @throws HUB_LOCKED
   */
  async writeName(hubName: string): Promise<void> {
    await this.#ownPart.write(hubName)
  }

  /** A device named the auth cores that it knows of. Those that are news are fetched from it and judged. */
  considerAuthCores(keys: readonly Buffer[], namedBy: DeviceId): void {
    // Who comes after the hub has left is none of its business.
    if (this.isDeparted) return
    for (const bytes of keys) {
      const key = bytes.toString('hex') as CoreKey
      if (this.cores.get(key) === undefined) this.unproven.name(key, namedBy)
    }
  }

  protected override async _open() {
    try {
      await this.#openParts()
    } catch (error) {
      await this._close()
      throw error
    }
  }

  async #openParts(): Promise<void> {
    const creatorKey = this.keys.projectKey.toString('hex') as CoreKey
    const { ownCores } = this.keys
    const accepted = await this.#memory.load()
    this.#members = new Members({
      ownDeviceId: this.#own.deviceId,
      ownCores,
      creatorKey,
      accepted,
      logger: this.#logger
    })
    await this.cores.ready()
    await this.unproven.ready()
    if (ownCores !== null) {
      if (this.isDeparted) await this.#keep(ownCores.auth, 'auth')
      else await this.#openOwnCores(ownCores)
    }
    this.#creatorCore = await this.cores.add({ key: creatorKey, namespace: 'auth' })
    await this.#readers.read(this.#creatorCore)
    for (const { coreKeys } of accepted) await this.#keep(coreKeys.auth, 'auth')
    this.#members.on('changed', () => this.#follow())
    this.#follow()
    await this.#following
  }

  protected override async _close() {
    this.#members?.removeAllListeners()
    await this.#readers.stop()
    await this.#following
    await this.#ownPart.close()
    await this.unproven.close()
    await this.cores.close()
  }

  async #openOwnCores(
    coreKeys: Readonly<Record<Namespace, CoreKey>>
  ): Promise<Record<Namespace, ProjectCore>> {
    const own = {} as Record<Namespace, ProjectCore>
    for (const namespace of NAMESPACES) own[namespace] = await this.#keep(coreKeys[namespace], namespace)
    return own
  }

  /** Opens the cores of everyone who has been proved since the last time, one after the other. */
  #follow(): void {
    this.#following = this.#following
      .then(() => this.#keepProven())
      .then(() => {
        this.emit('members-changed')
      })
      .catch((err: unknown) => this.#logger.error({ err }, 'following the members failed'))
  }

  async #keepProven(): Promise<void> {
    let news = false
    for (const deviceId of this.members.proven()) {
      const coreKeys = this.members.coresOf(deviceId)
      if (coreKeys === undefined) continue
      for (const namespace of NAMESPACES) {
        if (this.isDeparted && namespace !== 'auth') continue
        if (this.cores.get(coreKeys[namespace]) !== undefined) continue
        news = true
        await this.#keep(coreKeys[namespace], namespace)
      }
    }
    if (news) {
      const proven = new Set(this.members.proven())
      await this.#memory.save(
        this.members.acceptedOwnerships().filter(({ deviceId }) => proven.has(deviceId))
      )
    }
  }

  async #keep(key: CoreKey, namespace: Namespace): Promise<ProjectCore> {
    const core = await this.unproven.handOver(key, (firstBlock) =>
      this.cores.add({ key, namespace, firstBlock })
    )
    if (namespace === 'auth') await this.#readers.read(core)
    return core
  }
}

export function keysOf(
  coreKeyPairs: Readonly<Record<Namespace, SigningKeyPair>>
): Record<Namespace, CoreKey> {
  return Object.fromEntries(
    NAMESPACES.map((ns) => [ns, coreKeyPairs[ns].publicKey.toString('hex')])
  ) as Record<Namespace, CoreKey>
}
