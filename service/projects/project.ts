import type { Logger } from 'pino'
import type { Clock } from '../clock.ts'
import { WaystationError } from '../errors.ts'
import { NAMESPACES, shortId, type CoreKey, type DeviceId, type Namespace, type ProjectId } from '../ids.ts'
import { Resource } from '../resource.ts'
import type { Store } from '../storage/store.ts'
import { projectIdOf } from '../wire/project-keys.ts'
import { AuthReaders } from './auth-readers.ts'
import type { ProjectKeys, ProjectSecrets } from './join-details.ts'
import { leftDocument } from './left-document.ts'
import { Members } from './members.ts'
import { OwnDocuments, type SigningKeyPair } from './own-documents.ts'
import { OwnWriters } from './own-writers.ts'
import type { Ownership } from './ownership.ts'
import { ProjectCores, type ProjectCore } from './project-cores.ts'
import type { Role } from './roles.ts'
import { UnprovenCores } from './unproven-cores.ts'

/** Keeps which device was believed to own which cores: the first that was accepted stays, also over a restart. */
export interface OwnershipMemory {
  load(): Promise<readonly Ownership[]>
  save(accepted: readonly Ownership[]): Promise<void>
}

/** Who the hub is in every project. */
export interface OwnDevice {
  readonly deviceId: DeviceId
  readonly identity: SigningKeyPair
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

/** What it takes to read the documents of a project, and to write the hub's own. */
export interface ProjectUnlock {
  secrets: ProjectSecrets
  /** Of the hub's own cores. */
  coreKeyPairs: Readonly<Record<Namespace, SigningKeyPair>>
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
  readonly #clock: Clock
  readonly #logger: Logger
  readonly #readers: AuthReaders
  readonly #writers: OwnWriters
  #keys: ProjectKeys
  #members: Members | null = null
  #creatorCore: ProjectCore | null = null
  #secrets: ProjectSecrets | null = null
  #ownDocuments: OwnDocuments | null = null
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
    this.#clock = parts.clock
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
    this.#writers = new OwnWriters(parts)
    this.unproven = new UnprovenCores({
      open: (key) => this.cores.openUnproven(key),
      isKept: (key) => this.cores.get(key) !== undefined,
      store: parts.store,
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
   * An append that a power cut interrupted is finished here: until then nothing of it was shown to anybody.
   */
  async unlock({ secrets, coreKeyPairs }: ProjectUnlock): Promise<void> {
    if (this.#secrets !== null) return
    try {
      await this.#unlock({ secrets, coreKeyPairs })
    } catch (error) {
      await this.#lock()
      throw error
    }
    this.#secrets = secrets
    this.emit('unlocked')
  }

  async #unlock({ secrets, coreKeyPairs }: ProjectUnlock): Promise<void> {
    this.members.ownCoresAre(keysOf(coreKeyPairs))
    await this.cores.unlock(secrets.encryptionKeys)
    const own = await this.#openOwnCores(keysOf(coreKeyPairs))
    const writerOf = async (namespace: 'auth' | 'config') => {
      const encryptionKey = namespace === 'auth' ? this.keys.authKey : secrets.encryptionKeys.config
      return {
        core: own[namespace],
        writer: await this.#writers.open(own[namespace], coreKeyPairs[namespace], encryptionKey)
      }
    }
    this.#ownDocuments = new OwnDocuments({
      deviceId: this.#own.deviceId,
      identity: this.#own.identity,
      coreKeyPairs,
      auth: await writerOf('auth'),
      config: await writerOf('config'),
      clock: this.#clock
    })
  }

  /** Forgets what was unlocked. Whoever reads documents has let go of them before. */
  async lock(): Promise<void> {
    if (this.#secrets === null) return
    this.#secrets = null
    this.emit('locked')
    await this.#lock()
  }

  async #lock(): Promise<void> {
    this.#ownDocuments = null
    await this.#writers.close()
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
    const writer = await this.#writers.open(core, coreKeyPair, this.keys.authKey)
    try {
      // The last run may have got as far as the outbox: what stood there is in the core now.
      await this.#readers.read(core)
      const { length } = core.core
      const role = this.members.roleOf(this.#own.deviceId)
      // A device that has never said who it is has nothing to take back.
      if (length === 0 || role === 'left' || role === 'blocked') return
      const replacing = this.members.standingRolesOf(this.#own.deviceId)
      const [first] = replacing
      const former = first === undefined ? null : await this.cores.documentAt(first.versionId)
      const document = leftDocument({
        deviceId: this.#own.deviceId,
        replacing,
        former: former?.schemaName === 'role' ? former : null,
        fromIndex: length,
        now: this.#clock.now()
      })
      await writer.append([document])
    } finally {
      await this.#writers.close()
    }
  }

  /**
   * Writes the name that phones show in the team list, where it is another than the one written before.
   * @throws HUB_LOCKED
   */
  async writeName(hubName: string): Promise<void> {
    if (this.#ownDocuments === null) throw new WaystationError('HUB_LOCKED')
    await this.#ownDocuments.write(hubName)
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
    await this.#writers.close()
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
    const core = await this.unproven.handOver(key, (opened) => this.cores.add({ key, namespace, opened }))
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
